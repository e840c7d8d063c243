import { defineConfig } from "vitest/config";

/**
 * What `vitest run` runs; with `--mode servers` the tests that need database servers, with `--mode sqlite` those that need
 * the clients of SQLite, and with `--mode soak` what takes a minute. Each is a script of its own: `npm run test:servers`,
 * `npm run test:sqlite`, `npm run test:soak`.
 */
const suites: Readonly<Record<string, object>> = {
  test: { include: ["test/**/*.test.ts"] },
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
