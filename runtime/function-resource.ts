import type { Exit } from "./exit.js";
import { type Acquisition, Resource } from "./resource.js";

class FunctionResource<T> implements Resource<T> {
  constructor(
    readonly acquire: () => T,
    readonly release: (handle: T, exit: Exit) => unknown,
    readonly name: string,
  ) {}

  [Resource.acquire](): Acquisition<T> {
    const { acquire } = this; // called without `this`, as the plain function it is
    return new FunctionAcquisition(acquire(), this.release);
  }
}

class FunctionAcquisition<T> implements Acquisition<T> {
  constructor(
    readonly handle: T,
    private readonly end: (handle: T, exit: Exit) => unknown,
  ) {}

  release(exit: Exit): void {
    const { end } = this;
    end(this.handle, exit);
  }
}

/**
 * Makes a resource of two functions.
 *
 * @param acquire gives the handle; called once for each acquisition.
 * @param release is handed the handle and how the scope ended. Its return value is ignored: only `exit.suppress()` suppresses.
 * @param name stands for the resource in error messages; by default the name of `acquire`.
 * @throws {TypeError} when `acquire` or `release` is not a function.
 * @example
 * const open = (path: string) => resource(() => openSync(path, "r"), (fd) => closeSync(fd), path);
 * const fd = raii(open("data.bin"));
 */
export function resource<T>(
  acquire: () => T,
  release: (handle: T, exit: Exit) => unknown,
  name: string = acquire?.name || "resource",
): Resource<T> {
  if (typeof acquire !== "function" || typeof release !== "function") {
    throw new TypeError("ts-raii: resource(acquire, release) takes two functions");
  }
  return new FunctionResource(acquire, release, name);
}
