import type { Reporter, TestModule } from "vitest/node";

/** Says in the last line how many tests ran, in a form that any tool reads. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (!module.ok() && module.errors().length > 0) count.failed++; // it did not get as far as its tests
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    // After the other reporters have had their say.
    process.on("exit", () =>
      console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`),
    );
  }
}
