import { acquireInto, Composed } from "../compose/composed.js";
import type { Derived } from "../compose/derived.js";
import { nameOf } from "../core/describe.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { defer } from "./defer.js";

/**
 * Declares that a resource can be acquired any number of times, but only when it is not held: an acquisition that would
 * overlap with another, or be nested in it, fails, instead of spoiling what the other one uses.
 *
 * @param resource what `raii` or `await raii` takes; with an asynchronous one the result is asynchronous.
 * @returns the resource. It is free again when its release has ended, or its acquisition failed.
 * @throws the acquisition: an Error while it is held, else what that of the resource throws.
 * @example
 * const terminal = reusable(resource(() => setRawMode(true), () => setRawMode(false)));
 * @see https://docs.python.org/3/library/contextlib.html#reusable-context-managers
 */
export function reusable<R extends AsyncAcquirable>(resource: R): Derived<R, AsyncHandle<R>> {
  const name = nameOf(Object(resource));
  let state: "free" | "held" = "free";
  return new Composed(name, function* (composition) {
    if (state === "held") {
      throw new Error(
        `ts-raii: ${name} is held: it is reusable, not reentrant. Acquire it after its release, or another one`,
      );
    }
    state = "held";
    composition.take(defer(() => void (state = "free"))); // below the resource: free when that has been released
    yield acquireInto(composition, resource);
    return composition.acquired;
  }) as unknown as Derived<R, AsyncHandle<R>>;
}
