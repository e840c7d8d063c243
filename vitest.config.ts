import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const files = readdirSync("test", { recursive: true, encoding: "utf8" }).map((path) => `test/${path}`);
const tests = files.filter((path) => path.endsWith(".test.ts"));

/** The test files of which `npm test` runs only a sample. */
const sampled = tests.filter((path) => readFileSync(path, "utf8").includes('harness/sample.ts"'));
const isDebug = (path: string): boolean => path.startsWith("test/debug/");

/**
 * What `vitest run` runs, by `--mode`; each has a script: `npm test`, `npm run test:long`, and so on. The suite of `npm test`
 * is to end within five minutes on two idle cores. Tests that start many processes or build whole projects are in `long`,
 * which also runs every case of the files that `npm test` samples.
 */
const suites: Readonly<Record<string, readonly string[]>> = {
  test: tests,
  long: [...files.filter((path) => path.endsWith(".long.ts")), ...sampled.filter((path) => !isDebug(path))],
  servers: files.filter((path) => path.endsWith(".server.ts")),
  sqlite: [...files.filter((path) => path.endsWith(".sqlite.ts")), "test/database/transaction-sync.test.ts"],
  debug: files.filter((path) => isDebug(path) && /\.(test|debug)\.ts$/.test(path)),
  hosts: files.filter((path) => path.endsWith(".hosts.ts")),
  soak: files.filter((path) => path.endsWith(".soak.ts")),
};

/**
 * Whether a test file shares its process with others. That saves a second per file: the compiler is loaded once, and is
 * warm. A test about the process itself, its memory or its timers gets a process of its own.
 */
const isSharing = (path: string): boolean =>
  path.endsWith(".test.ts") && !/\/node\/|retention|lost|limits/.test(path);

/**
 * Whether an error comes from the helper that TypeScript emits for async generators below ES2018: where `return()` is
 * handed a rejection, it settles the same request twice, and the second time in a promise that nobody has.
 */
function isOfTypeScriptsHelper({ message, stack = "" }: { message?: string; stack?: string }): boolean {
  return /undefined \(reading '[23]'\)/.test(message ?? "") && /\bresume\b.*\n.*\bfulfill\b/.test(stack);
}

export default defineConfig(({ mode }) => {
  const suite = suites[mode] ?? tests;
  return {
    test: {
      reporters: ["dot", "./test/harness/closing-line-reporter.ts"],
      onUnhandledError: (error) => (isOfTypeScriptsHelper(error) ? false : undefined),
      testTimeout: 180_000,
      hookTimeout: 180_000,
      // Heaps of a million resources and compilers in many workers do not fit two cores together.
      maxWorkers: 2,
      setupFiles: "test/harness/leaves-no-clock.ts",
      ...(["long", "debug"].includes(mode) && { env: { WHOLE: "1" } }),
      // They share the folders in which the hosts are installed.
      ...(mode === "hosts" && { fileParallelism: false }),
      ...(["servers", "soak"].includes(mode) && { globalSetup: "test/harness/servers/global-setup.ts" }),
      projects: [
        { extends: true, test: { name: "in one process", include: suite.filter(isSharing), isolate: false } },
        {
          extends: true,
          test: { name: "in its own process", include: suite.filter((path) => !isSharing(path)) },
        },
      ],
    },
  };
});
