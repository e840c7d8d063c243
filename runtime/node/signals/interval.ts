import type { Resource } from "../../core/resource.js";
import { releasedOnce } from "../common/released-once.js";
import { checkTimer, type TimerOptions } from "./timer.js";

/**
 * A callback that runs again and again until its scope ends.
 *
 * @param callback runs every `milliseconds`, the first time after as many.
 * @param milliseconds between two runs, as `setInterval` takes it.
 * @param options `unref`: whether the process may end meanwhile.
 * @returns a resource whose handle is the timer.
 * @throws {TypeError} at the call, when `callback` is no function or `milliseconds` no number.
 * @throws {RangeError} at the call, for a delay that is NaN, negative or more than 2147483647: Node would take it for 1.
 * @example
 * raii(interval(() => lock.touch(), 10_000, { unref: true }));
 * @see https://nodejs.org/api/timers.html#setintervalcallback-delay-args
 */
export function interval(
  callback: () => void,
  milliseconds: number,
  options: TimerOptions = {},
): Resource<NodeJS.Timeout> {
  checkTimer("interval", callback, milliseconds);
  return releasedOnce("interval", () => {
    const handle = setInterval(callback, milliseconds);
    if (options.unref) handle.unref();
    return { handle, release: () => clearInterval(handle) };
  });
}
