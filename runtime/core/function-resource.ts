import type { Exit } from "./exit.js";
import { isPromiseLike } from "./is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "./resource.js";

class FunctionResource implements AsyncResource<unknown> {
  constructor(
    readonly acquire: () => unknown,
    readonly release: (handle: unknown, exit: Exit) => unknown,
    readonly name: string,
  ) {}

  [Resource.acquire](): Acquisition<unknown> | PromiseLike<Acquisition<unknown>> {
    const { acquire, release } = this; // called without `this`, as the plain functions they are
    const handle = acquire();
    return isPromiseLike(handle)
      ? handle.then((awaited) => new FunctionAcquisition(awaited, release))
      : new FunctionAcquisition(handle, release);
  }
}

class FunctionAcquisition<T> implements Acquisition<T> {
  constructor(
    readonly handle: T,
    private readonly end: (handle: T, exit: Exit) => unknown,
  ) {}

  release(exit: Exit): unknown {
    const { end } = this;
    return end(this.handle, exit);
  }
}

/** Whether a function that returns `R` is asynchronous, may it be only sometimes. */
export type IsAsync<R> = 0 extends 1 & R
  ? false
  : [Extract<R, PromiseLike<unknown>>] extends [never]
    ? false
    : true;

/** The resource of an `acquire` that returns `T` and a `release` that returns `R`. */
export type ResourceOf<T, R> = true extends IsAsync<T> | IsAsync<R> ? AsyncResource<Awaited<T>> : Resource<T>;

/**
 * Makes a resource of two functions. Where one of them is async, it is an `AsyncResource`, for `await raii(…)`.
 *
 * @param acquire gives the handle, or a promise of it; called once for each acquisition.
 * @param release is handed the handle and how the scope ended. What it returns is awaited, if it is a promise, and
 *   else means nothing: only `exit.suppress()` suppresses.
 * @param name stands for the resource in error messages; by default the name of `acquire`.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {TypeError} when `acquire` or `release` is not a function.
 * @example
 * const open = (path: string) => resource(() => openSync(path, "r"), (fd) => closeSync(fd), path);
 * const fd = raii(open("data.bin"));
 * @example
 * const connection = (url: string) => resource(() => connect(url), (client) => client.end());
 * const client = await raii(connection(url));
 */
export function resource<T, R = unknown>(
  acquire: () => T,
  release: (handle: Awaited<T>, exit: Exit) => R,
  name: string = acquire?.name || "resource",
): ResourceOf<T, R> {
  if (typeof acquire !== "function" || typeof release !== "function") {
    throw new TypeError("ts-raii: resource(acquire, release) takes two functions");
  }
  return new FunctionResource(acquire, release as FunctionResource["release"], name) as ResourceOf<T, R>;
}
