import { Scope } from "./scope.js";

/**
 * A program: a generator that yields each resource and is sent its handle. A yielded {@link Scope} asks for the
 * acquisition it has been handed by `take`, in that scope (a nested block's) instead of the program's own.
 */
export type Program<Result> = Generator<unknown, Result, any>;

/**
 * The driver: runs a program to its end, holds what it acquires and releases it in reverse. A loop and no recursion,
 * so any number of acquisitions takes constant stack (S9); nothing in it is asynchronous (S8).
 *
 * @returns what the program returned; `undefined` where a release suppressed the error of its body (S5).
 * @throws what the program threw, and what its releases threw, combined (S4).
 */
export function drive<Result>(program: Program<Result>): Result | undefined {
  const scope = new Scope();
  let result: Result | undefined;
  try {
    let step = program.next();
    while (step.done !== true) {
      const request = step.value;
      let handle: unknown;
      try {
        handle = request instanceof Scope ? request.acquireRequest() : scope.acquire(request);
      } catch (error) {
        step = program.throw(error); // S2: at the raii call, where the program's own catch can take it
        continue;
      }
      step = program.next(handle);
    }
    result = step.value; // S3: evaluated before the releases
  } catch (error) {
    scope.fail(error);
  }
  return scope.exit() ? undefined : result;
}
