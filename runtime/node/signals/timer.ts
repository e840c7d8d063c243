import type { Resource } from "../../core/resource.js";
import { checkDelay } from "../common/milliseconds.js";
import { releasedOnce } from "../common/released-once.js";

/** Options of {@link timer} and `interval`. */
export interface TimerOptions {
  /** Lets the process end although it still waits. By default it keeps the process alive. */
  readonly unref?: boolean;
}

/**
 * A timeout that is cleared when its scope ends.
 *
 * @param callback runs once, after `milliseconds`, unless the scope has ended before.
 * @param milliseconds how long it waits, as `setTimeout` takes it.
 * @param options `unref`: whether the process may end meanwhile.
 * @returns a resource whose handle is the timer.
 * @throws {TypeError} at the call, when `callback` is no function or `milliseconds` no number.
 * @throws {RangeError} at the call, for a delay that is NaN, negative or more than 2147483647: Node would take it for 1.
 * @example
 * raii(timer(() => console.warn("still waiting"), 1000));
 * @see https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
 */
export function timer(
  callback: () => void,
  milliseconds: number,
  options: TimerOptions = {},
): Resource<NodeJS.Timeout> {
  checkTimer("timer", callback, milliseconds);
  return releasedOnce("timer", () => {
    const handle = setTimeout(callback, milliseconds);
    if (options.unref) handle.unref();
    return { handle, release: () => clearTimeout(handle) };
  });
}

/** What `setTimeout` and `setInterval` would refuse late, or take for something else. */
export function checkTimer(name: string, callback: unknown, milliseconds: number): void {
  if (typeof callback !== "function") {
    throw new TypeError(`ts-raii: ${name}(callback, milliseconds) takes a function`);
  }
  checkDelay(`${name}(): the delay`, milliseconds);
}
