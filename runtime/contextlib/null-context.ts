import { type Acquisition, Resource } from "../core/resource.js";

class NullContext<T> implements Resource<T>, Acquisition<T> {
  constructor(readonly handle: T) {}

  [Resource.acquire](): Acquisition<T> {
    return this;
  }

  release(): void {}
}

/**
 * A resource whose handle is the value, and whose release does nothing: for what is there already and belongs to somebody
 * else, where a resource is called for. (For no resource at all, `raii` takes `null` and `undefined`.)
 *
 * @param value the handle.
 * @returns the resource; it can be acquired any number of times, also while it is held.
 * @example
 * const out = raii(path === "-" ? nullContext(process.stdout) : closing(createWriteStream(path)));
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.nullcontext
 */
export function nullContext(): Resource<undefined>;
export function nullContext<T>(value: T): Resource<T>;
export function nullContext(value?: unknown): Resource<unknown> {
  return new NullContext(value);
}
