import { AsyncDriver, type AsyncProgram } from "./async-driver.js";
import { startProgram } from "./start-program.js";

/**
 * Runs a hand-written program that may wait: it acquires with `yield* acquire(resource)` or
 * `yield* acquireAsync(resource)` and awaits with `yield* awaited(promise)`. Emitted code uses the same driver.
 *
 * @param program a generator function (`function*`, not `async function*`), or the generator it gave. It starts at once.
 * @returns what the program returns, after everything is released; `undefined` where a release suppressed its error.
 * @throws what the program throws; with errors of releases, a SuppressedError that holds them all.
 * @throws {TypeError} when `program` is neither, or is an async generator.
 * @throws {Error} when this generator has been run before: a program runs once.
 * @example
 * const size = await runAsync(function* () {
 *   const lock = yield* acquire(mutex);
 *   const file = yield* acquireAsync(openFile("data.bin"));
 *   const { size } = yield* awaited(file.stat());
 *   return size;
 * });
 */
export async function runAsync<Result>(
  program: (() => AsyncProgram<Result>) | AsyncProgram<Result>,
): Promise<Awaited<Result>> {
  const driver = new AsyncDriver(startProgram(program, "runAsync"));
  while (driver.waits()) {
    try {
      driver.value = await driver.awaited;
    } catch (error) {
      driver.fail(error);
    }
  }
  return driver.result() as Awaited<Result>;
}
