import { drive } from "./drive.js";
import type { Acquirable, AsyncAcquirable, AsyncHandle, Handle } from "./handle.js";
import type { Resource } from "./resource.js";
import { Scope } from "./scope.js";
import { UntransformedError } from "./untransformed-error.js";

/** The type of the marker {@link raii}. */
export interface Raii extends RaiiCall {
  /**
   * Acquires as `raii` does, and holds the resource until the *function* returns, whatever block the call stands in:
   * `const c = raii.function(connect(host))`, `await raii.function(connect(host))`. It may stand in any expression, also in a
   * loop's condition or update.
   *
   * @example
   * function connectAll(hosts: readonly string[]): void {
   *   "use raii";
   *   const connections: Connection[] = [];
   *   for (const host of hosts) connections.push(raii.function(connect(host)));
   *   serve(connections); // all of them are open
   * }
   */
  readonly function: RaiiCall;
}

/** How the marker {@link raii} is called. */
export interface RaiiCall {
  <R extends Disposable | null | undefined>(resource: R): R;
  <T>(resource: Resource<T>): T;
  <R extends Acquirable>(resource: R): Handle<R>;
  /** Asynchronous: to be awaited at once, `await raii(resource)`. */
  <R extends AsyncAcquirable>(resource: R): PromiseLike<AsyncHandle<R>>;
}

/**
 * What emitted code reaches through each marker: `raii.drive(…)`, `raii.scope()`. Not for people, so not in the types.
 * @internal
 */
export const emitted = { drive, scope: (): Scope => new Scope() };

/**
 * Acquires a resource in a function annotated `"use raii"` and gives its handle. It is released when the block it
 * stands in ends, on every way out, in reverse order of acquisition. ({@link Raii.function} holds it until the function returns,
 * and so does `raii` in the initializer of a `var`.)
 *
 * In an async function `await raii(resource)` also awaits its acquisition and its release.
 *
 * @param resource a Disposable, a `Resource<T>`, or `null`/`undefined` for none; with `await` also an AsyncDisposable,
 *   an `AsyncResource<T>`, or a promise of any of these.
 * @returns the handle: a Disposable itself, the `T` of a `Resource<T>`, `null`/`undefined` as they are.
 * @throws what the acquisition throws, at this call; a TypeError for what is no resource.
 * @throws {UntransformedError} when the code was not compiled by ts-raii's transformer.
 * @example
 * function copy(from: string, to: string): number {
 *   "use raii";
 *   const source = raii(openFile(from, "r"));
 *   const target = raii(openFile(to, "w"));
 *   return pump(source, target);
 * }
 */
export const raii: Raii = /* @__PURE__ */ (() => {
  const marker = function raii(): never {
    throw new UntransformedError();
  };
  return Object.assign(marker, emitted, { function: marker });
})();
