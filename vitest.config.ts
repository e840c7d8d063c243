import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["dot", "./test/harness/closing-line-reporter.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Heaps of a million resources and compilers in many workers do not fit two cores together.
    maxWorkers: 2,
  },
});
