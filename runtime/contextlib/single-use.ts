import { acquireInto, Composed } from "../compose/composed.js";
import type { Derived } from "../compose/derived.js";
import { nameOf } from "../core/describe.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";

/**
 * Declares that a resource can be acquired once only, because acquiring it uses something up: the second acquisition fails,
 * also where the first one has, instead of giving what is no longer there.
 *
 * @param resource what `raii` or `await raii` takes; with an asynchronous one the result is asynchronous.
 * @returns the resource.
 * @throws the acquisition: an Error when it has been acquired before, else what that of the resource throws.
 * @example
 * const invitation = singleUse(resource(() => redeem(token), (seat) => seat.leave()));
 * @see https://docs.python.org/3/library/contextlib.html#single-use-reusable-and-reentrant-context-managers
 */
export function singleUse<R extends AsyncAcquirable>(resource: R): Derived<R, AsyncHandle<R>> {
  const name = nameOf(Object(resource));
  let state: "new" | "used" = "new";
  return new Composed(name, function* (composition) {
    if (state === "used") {
      throw new Error(
        `ts-raii: ${name} is single use, and has been acquired before. Make one for each acquisition`,
      );
    }
    state = "used";
    yield acquireInto(composition, resource);
    return composition.acquired;
  }) as unknown as Derived<R, AsyncHandle<R>>;
}
