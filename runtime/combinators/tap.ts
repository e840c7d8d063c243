import type { Derived } from "../compose/derived.js";
import { requireFunction } from "../compose/require-function.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { Eventual, FlatMap, Pure } from "./flat-map.js";

/**
 * Does something with the handle as soon as it is there, as part of the acquisition: logs it, checks it, sets it up.
 *
 * @param resource what `raii` or `await raii` takes; with an asynchronous one the result is asynchronous.
 * @param action is given the handle, once for each acquisition. What it returns is awaited, if it is a promise, which
 *   makes the result asynchronous, and else means nothing. When it throws, the resource is released and the acquisition
 *   throws that.
 * @returns the resource, with the same handle; nothing runs until it is acquired.
 * @throws {TypeError} when `action` is not a function.
 * @example
 * const session = tap(connection(url), (client) => client.query("set time zone 'UTC'"));
 * @see https://typelevel.org/cats-effect/api/3.x/cats/effect/kernel/Resource.html evalTap
 */
export function tap<R extends AsyncAcquirable, F>(
  resource: R,
  action: (handle: AsyncHandle<R>) => F,
): Derived<R, AsyncHandle<R>, F> {
  requireFunction(action, "tap(resource, action)");
  const next = (handle: AsyncHandle<R>): FlatMap => {
    // A step of its own that gives the handle: it may be thenable, and is not to be awaited.
    return new FlatMap(new Eventual(action(handle)), () => new Pure(handle));
  };
  return new FlatMap(resource, next) as unknown as Derived<R, AsyncHandle<R>, F>;
}
