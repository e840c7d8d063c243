import type { AsyncAcquirable, AsyncHandle } from "./handle.js";
import { request, type Waiting } from "./instructions.js";

/**
 * Acquires a resource in a hand-written program (see {@link runAsync}) as `await raii(resource)` does: both its
 * acquisition and its release are awaited.
 *
 * @param resource what `await raii` takes: an asynchronous resource, a synchronous one, or a promise of either.
 * @returns to be delegated to: `const handle = yield* acquireAsync(resource)`.
 * @throws at the `yield*`, what the acquisition throws; a TypeError for what is no resource.
 * @example
 * const file = yield* acquireAsync(openFile("data.bin"));
 */
export function acquireAsync<R extends AsyncAcquirable>(resource: R): Generator<Waiting, AsyncHandle<R>, any>;
export function* acquireAsync(resource: unknown): Generator<unknown, unknown, unknown> {
  return yield request(resource);
}
