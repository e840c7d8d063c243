import type { Resource } from "../../core/resource.js";
import { longestDelay } from "../common/milliseconds.js";
import { releasedOnce } from "../common/released-once.js";
import {
  type CatchableSignal,
  checkSignals,
  endSignals,
  onFirstSignal,
  ReceivedSignal,
} from "./received-signal.js";

/**
 * An AbortSignal that aborts when the process receives SIGINT (Ctrl+C) or SIGTERM. While it is held the first of them
 * does not end the process; the scope does, in its own time. After that they have their default effect again: a second
 * one ends the process at once, with nothing released. A repeat of the same signal within half a second is ignored,
 * because process managers send two. Until a signal comes it keeps the process alive, so that it can be waited for.
 *
 * For the whole of a program, with its exit code, there is {@link main}.
 *
 * @param names the signals, if not SIGINT and SIGTERM.
 * @returns a resource whose handle is the AbortSignal. Its reason is an error with `name` "AbortError" and the name of
 *   the received signal as `signal`.
 * @throws {TypeError} at the call, for what is no signal of the platform, and for SIGKILL and SIGSTOP.
 * @example
 * const interrupted = raii(signals());
 * for (const job of jobs) {
 *   if (interrupted.aborted) break;
 *   await job.run();
 * }
 * @see https://nodejs.org/api/process.html#signal-events
 */
export function signals(...names: CatchableSignal[]): Resource<AbortSignal> {
  checkSignals("signals()", names);
  const listened = names.length > 0 ? names : endSignals;
  return releasedOnce("signals", () => {
    const controller = new AbortController();
    const alive = setInterval(() => {}, longestDelay);
    const stop = onFirstSignal(listened, (name) => {
      clearInterval(alive);
      controller.abort(new ReceivedSignal(name));
    });
    return {
      handle: controller.signal,
      release() {
        clearInterval(alive);
        stop();
      },
    };
  });
}
