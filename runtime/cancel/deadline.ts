import { TimeoutError, type TimeoutPhase } from "../combinators/timeout-error.js";
import { checkMilliseconds, startTimer } from "../compose/timers.js";
import type { Resource } from "../core/resource.js";
import { type CancelOptions, CancelScope, limitsOf } from "./cancel-scope.js";

/**
 * A cancel scope with a deadline: when the time is over, every `await` under it throws a {@link TimeoutError}, the scope is
 * unwound, and all is released. It bounds what follows in its scope, and what that calls in functions annotated `"use raii"`.
 *
 * Acquire it by `raii` in an async function or an async generator. The timer keeps the process alive until it is released.
 *
 * @param time milliseconds from its acquisition on, `Infinity` for none; or a `Date`, which may be past.
 * @param options how long what is being acquired or released then is still waited for.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {RangeError} when the time or a limit is `NaN`, negative or no number.
 * @throws {TypeError} by the acquisition, in a function that cannot be cancelled.
 * @example
 * async function load(url: string): Promise<string> {
 *   "use raii";
 *   raii(deadline(2_000));
 *   const db = await raii(connect(url));
 *   return await db.query("select 1");
 * }
 */
export function deadline(time: number | Date, options: CancelOptions = {}): Resource<void> {
  const entry = "deadline()";
  const isDate = time instanceof Date;
  checkMilliseconds(isDate ? Math.max(0, time.getTime()) : time, entry);
  const limits = limitsOf(options, entry);
  const where = callerOf(new Error());
  return new CancelScope("deadline()", false, (cancel) => {
    const milliseconds = isDate ? Math.max(0, time.getTime() - Date.now()) : time;
    const expire = (): void => cancel(new TimeoutError(`deadline()${where}`, scope, milliseconds), limits);
    if (milliseconds === 0) {
      expire();
      return () => {};
    }
    return startTimer(milliseconds, expire);
  });
}

/** It is in the public type when `deadline` is public. */
const scope = "scope" as TimeoutPhase;

/** Where a function was called that made an error, as a stack trace says it; empty where it cannot be told. */
function callerOf({ stack }: Error): string {
  const line = /^.*\n.*\n\s*at (.*)/.exec(stack ?? "")?.[1];
  return line === undefined ? "" : ` at ${line}`;
}
