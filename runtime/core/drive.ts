import type { Acquirable } from "./handle.js";
import { consumePendingScope, Scope } from "./scope.js";

/** A program: a generator that yields each resource and is sent its handle. */
export type Program<Result> = Generator<Acquirable, Result, any>;

/**
 * The driver: runs a program to its end, and holds what it acquires. A loop and no recursion, so any number of
 * acquisitions takes constant stack (S9); nothing in it is asynchronous (S8).
 *
 * @returns the scope that holds it. Its `end()` releases it, and is called by the function whose program this is: so a
 *   debugger stops at the function's closing brace, and the stack trace of a release that fails leads there.
 */
export function drive<Result>(program: Program<Result>): Scope<Result> {
  const scope = new Scope<Result>();
  try {
    const { next } = program; // read once: each program has a prototype of its own, so that every read is a search
    let step = next.call(program);
    while (!step.done) {
      let handle: unknown;
      try {
        handle = consumePendingScope(scope).acquire(step.value);
      } catch (error) {
        step = program.throw(error); // S2: at the raii call, where the program's own catch can take it
        continue;
      }
      step = next.call(program, handle);
    }
    scope.result = step.value; // S3: evaluated before the releases
  } catch (error) {
    scope.fail(error);
  }
  return scope;
}
