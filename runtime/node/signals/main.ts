import { checkDelay, longestDelay } from "../common/milliseconds.js";
import {
  type CatchableSignal,
  checkSignals,
  endSignals,
  exitCodeOf,
  onFirstSignal,
  ReceivedSignal,
  sameSignal,
} from "./received-signal.js";
import { onUncaught, UncaughtFailure } from "./uncaught.js";

/** Options of {@link main}. */
export interface MainOptions {
  /** The signals that end the program, if not SIGINT and SIGTERM. */
  readonly signals?: readonly CatchableSignal[];
  /** How many milliseconds what was left open may keep alive a process whose program failed or was told to end; 1000. */
  readonly grace?: number;
  /** How many milliseconds the program may take to end after an uncaught error; 10000. Then the process exits. */
  readonly crashGrace?: number;
}

/**
 * Runs a function as the program: what it holds is released also when the process is told to end.
 *
 * - SIGINT (Ctrl+C) or SIGTERM aborts the signal that the function is given. It is for the function to stop then; when
 *   it has ended, and so released everything, the process exits with 128 and the number of the signal: 130, 143.
 * - A second signal ends the process at once, with nothing more released. A repeat of the same signal within half a
 *   second is ignored, because process managers send two.
 * - An error of the function is printed and the exit code is 1. That it was aborted by the signal is not printed.
 * - So are an uncaught exception and an unhandled rejection anywhere in the process, at once. They abort the signal, too,
 *   with an `AbortError` whose `cause` they are: it is for the function to stop, and what it holds is released; after
 *   `crashGrace` milliseconds the process exits all the same. If you listen for `uncaughtException` yourself, main() leaves
 *   these errors to your listener.
 * - After a success the exit code is 0. An exit code that the function has set by `process.exitCode` stands.
 *
 * The process is kept alive until the function has ended. It then ends by itself, so that its output is written; after
 * an error or a signal, what was left open can delay that by `grace` only. `process.exit()` releases nothing.
 *
 * @param program is given an AbortSignal whose reason is an error with `name` "AbortError" and the `signal`'s name.
 * @param options `signals`: those that end the program; `grace`, `crashGrace`: see there.
 * @returns a promise that is fulfilled when the function has ended, however it did.
 * @throws {TypeError} rejects when `program` is no function, for what is no signal, and for SIGKILL and SIGSTOP.
 * @throws {RangeError} rejects when `grace` or `crashGrace` is NaN, negative or more than 2147483647.
 * @example
 * await main(async (signal) => {
 *   "use raii";
 *   const { port } = await raii(listening(createServer(handler), { port: 8080 }));
 *   console.log(`listening on ${port}`);
 *   if (!signal.aborted) await once(signal, "abort");
 * });
 * @see https://nodejs.org/api/process.html#exit-codes
 */
export async function main(
  program: (signal: AbortSignal) => unknown,
  options: MainOptions = {},
): Promise<void> {
  const { signals = endSignals, grace = 1000, crashGrace = 10_000 } = options;
  if (typeof program !== "function") throw new TypeError("ts-raii: main() takes a function");
  checkSignals("main(): signals", signals);
  checkDelay("main(): grace", grace);
  checkDelay("main(): crashGrace", crashGrace);

  const codeBefore = process.exitCode;
  const controller = new AbortController();
  let reason: ReceivedSignal | undefined;
  let crash: UncaughtFailure | undefined;
  let crashTimer: NodeJS.Timeout | undefined;
  let error: { readonly value: unknown } | undefined;
  let stop = onFirstSignal(signals, (name) => {
    stop = exitAtNext(signals, name);
    controller.abort((reason = new ReceivedSignal(name)));
  });
  const stopCatching = onUncaught((uncaught) => {
    if (isAbort(uncaught, reason) || isAbort(uncaught, crash)) return; // what the abort has stopped, and nobody waited for
    console.error(uncaught);
    if (crash) return;
    controller.abort((crash = new UncaughtFailure(uncaught)));
    crashTimer = setTimeout(() => {
      console.error(
        `ts-raii: main(): the program has not ended within ${crashGrace} ms after an uncaught error (option crashGrace); what it holds is not released`,
      );
      process.exit(1);
    }, crashGrace).unref();
  });
  const alive = setInterval(() => {}, longestDelay);
  try {
    await program(controller.signal);
  } catch (thrown) {
    error = { value: thrown };
  } finally {
    clearInterval(alive);
    stop();
    stopCatching();
    clearTimeout(crashTimer);
  }

  if (error && !isAbort(error.value, reason) && !isAbort(error.value, crash)) console.error(error.value);
  if (crash) error = { value: crash };
  if (!error && !reason) return;
  if (process.exitCode === codeBefore || (error && !process.exitCode)) {
    process.exitCode = reason && !crash ? exitCodeOf(reason.signal) : 1;
  }
  setTimeout(() => process.exit(), grace).unref();
}

/**
 * Sees to it that the next signal ends the process. Its default effect does, even when the program blocks the event
 * loop; but not where others listen for it, and not for the first process of a container.
 */
function exitAtNext(names: readonly CatchableSignal[], first: CatchableSignal): () => void {
  const listen = (some: readonly CatchableSignal[]): (() => void) => {
    const rest = some.filter((name) => process.pid === 1 || process.listenerCount(name) > 0);
    return onFirstSignal(rest, (name) => process.exit(exitCodeOf(name)));
  };
  const stops = [listen(names.filter((name) => name !== first))];
  // After the listener for the first one, which is there for as long.
  const timer = setTimeout(() => stops.push(listen([first])), sameSignal + 1).unref();
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

/** Whether an error only says that the program was aborted, with all that it is combined of. */
function isAbort(error: unknown, reason: ReceivedSignal | UncaughtFailure | undefined): boolean {
  if (reason === undefined) return false;
  for (let rest = error; ;) {
    if (rest === reason) return true;
    const {
      name,
      cause,
      suppressed,
      error: later,
    } = Object(rest) as Partial<SuppressedError & { cause: unknown }>;
    if (name !== "SuppressedError") return name === "AbortError" || cause === reason;
    if (!isAbort(later, reason)) return false;
    rest = suppressed;
  }
}
