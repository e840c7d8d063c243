import { acquireInto, Composed } from "../compose/composed.js";
import type { Derived } from "../compose/derived.js";
import { requireFunction } from "../compose/require-function.js";
import { nameOf } from "../core/describe.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";

/**
 * Acquires another resource where the acquisition of one fails: a replica, a default. It is about acquisitions only:
 * what fails later, in the scope that has acquired, is not recovered from.
 *
 * @param resource what `raii` or `await raii` takes; with an asynchronous one the result is asynchronous.
 * @param handler is told the error and returns the resource to acquire instead, or a promise of it; to fail, it throws.
 *   What the failed acquisition had acquired is released before; errors of that are part of the error.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {TypeError} when `handler` is not a function. The acquisition throws what `handler` throws, or the
 *   acquisition of what it returned.
 * @example
 * const db = recover(connection(primary), (error) => {
 *   if (!isUnreachable(error)) throw error;
 *   return connection(replica);
 * });
 * @see https://typelevel.org/cats-effect/api/3.x/cats/effect/kernel/Resource.html handleErrorWith
 */
export function recover<R extends AsyncAcquirable, S extends AsyncAcquirable>(
  resource: R,
  handler: (error: unknown) => S,
): Derived<R | S, AsyncHandle<R> | AsyncHandle<S>> {
  requireFunction(handler, "recover(resource, handler)");
  return new Composed<unknown>(nameOf(Object(resource)), function* (composition) {
    const { last } = composition.scope;
    let failure: unknown;
    try {
      yield acquireInto(composition, resource);
      return composition.acquired;
    } catch (error) {
      failure = yield* composition.abandon(error, last);
    }
    yield acquireInto(composition, handler(failure));
    return composition.acquired;
  }) as unknown as Derived<R | S, AsyncHandle<R> | AsyncHandle<S>>;
}
