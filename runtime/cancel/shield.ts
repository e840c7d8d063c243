import { TimeoutError, type TimeoutPhase } from "../combinators/timeout-error.js";
import { checkMilliseconds, startTimer } from "../compose/timers.js";
import type { Resource } from "../core/resource.js";
import { type CancelOptions, CancelScope, limitsOf } from "./cancel-scope.js";

/** What {@link shield} may be told. */
export interface ShieldOptions extends CancelOptions {
  /** Milliseconds after which the scope of the shield is itself cancelled. By default it never is. */
  readonly timeout?: number | undefined;
}

/**
 * Keeps cancellations from outside away from what follows in its scope: they arrive when it is released. For work that has
 * to be done also when its time is over. It can have a time of its own, which is a `deadline`.
 *
 * @throws {RangeError} when the timeout or a limit is `NaN`, negative or no number.
 * @throws {TypeError} by the acquisition, in a function that cannot be cancelled.
 * @example
 * try {
 *   await work();
 * } finally {
 *   raii(shield({ timeout: 1_000 }));
 *   await report();
 * }
 */
export function shield(options: ShieldOptions = {}): Resource<void> {
  const entry = "shield()";
  const { timeout = Infinity } = options;
  checkMilliseconds(timeout, `${entry}: timeout`);
  const limits = limitsOf(options, entry);
  return new CancelScope(entry, true, (cancel) =>
    startTimer(timeout, () => cancel(new TimeoutError(entry, "scope" as TimeoutPhase, timeout), limits)),
  );
}
