import { describe } from "../core/describe.js";
import type { Resource } from "../core/resource.js";
import type { Signal } from "./abort-signal.js";
import { type CancelOptions, CancelScope, limitsOf } from "./cancel-scope.js";

/**
 * A cancel scope that an `AbortSignal` cancels: when it aborts, every `await` under it throws `signal.reason`, the scope is
 * unwound, and all is released. A signal that has aborted already cancels at the next `await`.
 *
 * @param signal of a request, of an `AbortController`, of `AbortSignal.any`.
 * @param options how long what is being acquired or released then is still waited for.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {TypeError} when it is no signal; by the acquisition, in a function that cannot be cancelled.
 * @throws {RangeError} when a limit is `NaN`, negative or no number.
 * @example
 * async function handle(request: Request): Promise<Response> {
 *   "use raii";
 *   raii(cancelOn(request.signal));
 *   const tx = await raii(transaction(pool));
 *   return render(await load(tx));
 * }
 */
export function cancelOn(signal: Signal, options: CancelOptions = {}): Resource<void> {
  const entry = "cancelOn()";
  if (typeof (signal as Partial<Signal> | null)?.addEventListener !== "function")
    throw new TypeError(`ts-raii: ${entry} takes an AbortSignal, and was given ${describe(signal)}`);
  const limits = limitsOf(options, entry);
  return new CancelScope(entry, false, (cancel) => {
    const abort = (): void => cancel(signal.reason, limits);
    if (signal.aborted) {
      abort();
      return () => {};
    }
    signal.addEventListener("abort", abort, { once: true });
    return () => signal.removeEventListener("abort", abort);
  });
}
