import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/**
 * Compares a text with the file that holds what is expected. `UPDATE=1` writes the file instead, but never in CI:
 * there a missing expectation is a failure like a wrong one.
 */
export function expectFile(path: string, actual: string): void {
  if (process.env.UPDATE === "1" && process.env.CI === undefined) {
    writeFileSync(path, actual);
    return;
  }
  if (!existsSync(path)) throw new Error(`${path} is missing; run with UPDATE=1 and look at what it writes`);
  expect(actual).toBe(readFileSync(path, "utf8"));
}
