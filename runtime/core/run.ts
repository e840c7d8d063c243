import { drive, type Program } from "./drive.js";
import { startProgram } from "./start-program.js";

/**
 * Runs a hand-written program, for code that is not compiled by the transformer. Emitted code uses the same driver.
 *
 * @param program a generator function, or the generator it gave; acquire in it with `yield* acquire(resource)`.
 * @returns what the program returns, after everything is released; `undefined` where a release suppressed its error.
 * @throws what the program throws; with errors of releases, a SuppressedError that holds them all.
 * @throws {TypeError} when `program` is neither, or is an async generator.
 * @throws {Error} when this generator has been run before: a program runs once.
 * @example
 * const size = run(function* () {
 *   const file = yield* acquire(openFile("data.bin"));
 *   return file.size;
 * });
 */
export function run<Result>(program: (() => Program<Result>) | Program<Result>): Result {
  // Where a release suppresses, the result is undefined although the type does not say so: so it is in a compiled function (S5).
  return drive(startProgram(program, "run")).end() as Result;
}
