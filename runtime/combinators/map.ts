import type { Derived } from "../compose/derived.js";
import { requireFunction } from "../compose/require-function.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { Eventual, FlatMap } from "./flat-map.js";

/**
 * Gives another handle for the same resource, computed from its own.
 *
 * @param resource what `raii` or `await raii` takes; with an asynchronous one the result is asynchronous.
 * @param change is given the handle, once for each acquisition, and returns the new one, or a promise of it, which makes
 *   the result asynchronous. When it throws, the resource is released and the acquisition throws that.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {TypeError} when `change` is not a function.
 * @example
 * const port = map(listening(server), (it) => it.address().port);
 * @see https://typelevel.org/cats-effect/docs/std/resource
 */
export function map<R extends AsyncAcquirable, U>(
  resource: R,
  change: (handle: AsyncHandle<R>) => U,
): Derived<R, Awaited<U>, U> {
  requireFunction(change, "map(resource, change)");
  const next = (handle: AsyncHandle<R>): Eventual => new Eventual(change(handle));
  return new FlatMap(resource, next) as unknown as Derived<R, Awaited<U>, U>;
}
