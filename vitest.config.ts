import { defineConfig } from "vitest/config";

/**
 * What `vitest run` runs, by `--mode`; each has a script: `npm test`, `npm run test:long`, and so on. The suite of `npm test`
 * is to end within five minutes on two idle cores: what starts many processes, or builds whole projects, is in `long`.
 */
const suites: Readonly<Record<string, object>> = {
  test: { include: ["test/**/*.test.ts"] },
  long: { include: ["test/**/*.long.ts"] },
  servers: { include: ["test/**/*.server.ts"], globalSetup: "test/harness/servers/global-setup.ts" },
  sqlite: { include: ["test/**/*.sqlite.ts", "test/database/transaction-sync.test.ts"] },
  soak: { include: ["test/**/*.soak.ts"], globalSetup: "test/harness/servers/global-setup.ts" },
};

/**
 * Whether an error comes from the helper that TypeScript emits for async generators below ES2018: where `return()` is
 * handed a rejection, it settles the same request twice, and the second time in a promise that nobody has.
 */
function isOfTypeScriptsHelper({ message, stack = "" }: { message?: string; stack?: string }): boolean {
  return /undefined \(reading '[23]'\)/.test(message ?? "") && /\bresume\b.*\n.*\bfulfill\b/.test(stack);
}

export default defineConfig(({ mode }) => ({
  test: {
    ...(suites[mode] ?? suites.test),
    reporters: ["dot", "./test/harness/closing-line-reporter.ts"],
    onUnhandledError: (error) => (isOfTypeScriptsHelper(error) ? false : undefined),
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Heaps of a million resources and compilers in many workers do not fit two cores together.
    maxWorkers: 2,
  },
}));
