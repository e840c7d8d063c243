import { emitted } from "../core/raii.js";
import type { AsyncResource } from "../core/resource.js";
import type { Scope } from "../core/scope.js";
import { own } from "./own.js";
import { untransformed } from "./untransformed.js";

/** The type of the marker {@link moveAsync}. */
export interface MoveAsync {
  <T>(handle: T): AsyncResource<T>;
}

/**
 * Takes a handle out of its scope as `move` does, whichever way it was acquired: what it gives is acquired by
 * `await raii`, and its release is awaited. It awaits nothing itself.
 *
 * @param handle what `await raii(x)` or `raii(x)` gave, or what `await using` or `using` declares, in this function.
 * @returns a resource that is acquired once, by `await raii`, anywhere.
 * @throws {Error} when no scope of this function holds it: not acquired here, moved before, or its block has ended.
 * @throws {UntransformedError} when the code was not compiled by ts-raii's transformer. The acquisition of what it gives
 *   throws when it is made a second time.
 * @example
 * async function login(url: string): Promise<AsyncResource<Session>> {
 *   "use raii";
 *   const session = await raii(connect(url));
 *   await session.authenticate();  // fails: the session is closed
 *   return moveAsync(session);     // else the caller's await raii(login(url)) closes it
 * }
 */
export const moveAsync: MoveAsync = /* @__PURE__ */ Object.assign(
  function moveAsync(): never {
    throw untransformed("moveAsync");
  },
  emitted,
  {
    from: function from(handle: unknown, ...scopes: Scope[]): unknown {
      return own(handle, scopes, true, from);
    },
  },
);
