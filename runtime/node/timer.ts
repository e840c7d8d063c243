import { resource } from "../function-resource.js";
import type { Resource } from "../resource.js";

/**
 * A timeout that is cleared when its scope ends.
 *
 * @param callback runs once, after `milliseconds`, unless the scope has ended before.
 * @param milliseconds how long it waits, as `setTimeout` takes it.
 * @returns a resource whose handle is the timer.
 * @throws {TypeError} at the acquisition, when `callback` is not a function.
 * @example
 * raii(timer(() => console.warn("still waiting"), 1000));
 * @see https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
 */
export function timer(callback: () => void, milliseconds: number): Resource<NodeJS.Timeout> {
  return resource(() => setTimeout(callback, milliseconds), clearTimeout, "timer");
}
