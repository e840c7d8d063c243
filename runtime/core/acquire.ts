import type { Acquirable, Handle } from "./handle.js";

/**
 * Acquires a resource in a hand-written program (see {@link run}). The handle is typed as `raii` types it.
 *
 * @param resource what `raii` takes.
 * @returns to be delegated to: `const handle = yield* acquire(resource)`.
 * @throws at the `yield*`, what the acquisition throws; a TypeError for what is no resource.
 * @example
 * run(function* () {
 *   const source = yield* acquire(openFile("a"));
 *   const target = yield* acquire(openFile("b"));
 *   pump(source, target);
 * });
 */
export function acquire<R extends Acquirable>(resource: R): Generator<R, Handle<R>, any>;
export function* acquire(resource: unknown): Generator<unknown, unknown, unknown> {
  return yield resource;
}
