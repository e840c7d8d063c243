import type { AsyncHeld, AsyncScope } from "../core/async-scope.js";
import type { Held, Scope } from "../core/scope.js";

/** What was taken out of a scope; where `await raii(…)` acquired it, also how it is released. */
export type TakenOut = Held & Partial<Pick<AsyncHeld, "release">>;

/**
 * Finds the acquisition that gave a handle, the latest in the innermost scope first, and unlinks it: from then on
 * nothing of these scopes holds the handle (S10).
 *
 * @param scopes those that are open, from the innermost outwards.
 * @param check may throw; everything is then as before.
 * @returns `undefined` where none of them holds it.
 */
export function takeOut(
  handle: unknown,
  scopes: readonly Scope[],
  check?: (held: TakenOut) => void,
): TakenOut | undefined {
  for (const scope of scopes) {
    let above: { below: Held | undefined } | undefined;
    for (let held: TakenOut | undefined = scope.top; held; above = held, held = held.below) {
      const { subject, acquisition, release } = held;
      const isIt = Object.is(acquisition === undefined ? subject : acquisition.handle, handle);
      // A `null` that was acquired with `await` owes that await to the end of its own block (S8).
      if (!isIt || release === "nothing") continue;
      check?.(held);
      if (above === undefined) scope.top = held.below;
      else above.below = held.below;
      forgetLast(scope, handle);
      return held;
    }
  }
  return undefined;
}

/** An asynchronous scope also keeps what it has acquired last, to be read by the code that acquires. */
function forgetLast(scope: Scope & Partial<Pick<AsyncScope, "handle">>, handle: unknown): void {
  if (Object.is(scope.handle, handle)) scope.handle = undefined;
}
