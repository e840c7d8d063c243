import type { Acquirable } from "./handle.js";
import { consumePendingScope, Scope } from "./scope.js";

/** A program: a generator that yields each resource and is sent its handle. */
export type Program<Result> = Generator<Acquirable, Result, any>;

/**
 * The driver: runs a program to its end, holds what it acquires and releases it in reverse. A loop and no recursion,
 * so any number of acquisitions takes constant stack (S9); nothing in it is asynchronous (S8).
 *
 * @returns what the program returned; `undefined` where a release suppressed the error of its body (S5).
 * @throws what the program threw, and what its releases threw, combined (S4).
 */
export function drive<Result>(program: Program<Result>): Driven<Result> {
  const scope = new Driven<Result>();
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

/** The scope of a program that has ended, before its releases. */
export class Driven<Result> extends Scope {
  result: Result | undefined = undefined;

  /** Releases what the program holds. */
  end(): Result | undefined {
    return this.exit() ? undefined : this.result;
  }
}
