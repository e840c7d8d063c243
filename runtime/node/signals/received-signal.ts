import { constants } from "node:os";

/** The signals that a process can be told of; the other two end or stop it whatever it does. */
export type CatchableSignal = Exclude<NodeJS.Signals, "SIGKILL" | "SIGSTOP">;

/** What asks a program to end: the interrupt of a terminal, and what process managers send. */
export const endSignals: readonly CatchableSignal[] = ["SIGINT", "SIGTERM"];

/** The reason for which a signal of the process aborts. */
export class ReceivedSignal extends Error {
  /** That of what is aborted everywhere in Node, so that one test finds them all. */
  override readonly name = "AbortError";
  readonly code = "ABORT_ERR";

  constructor(readonly signal: NodeJS.Signals) {
    super(`received ${signal}`);
  }
}

/** The exit code by which shells tell that a signal has ended a process. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** @throws {TypeError} for a name that is no signal of this platform, and for a signal that cannot be caught. */
export function checkSignals(what: string, names: readonly CatchableSignal[]): void {
  for (const name of names as readonly string[]) {
    if (name === "SIGKILL" || name === "SIGSTOP") {
      throw new TypeError(`ts-raii: ${what}: no process can catch ${name}`);
    }
    if (!Object.hasOwn(constants.signals, name)) {
      throw new TypeError(`ts-raii: ${what}: ${String(name)} is no signal of ${process.platform}`);
    }
  }
}

/**
 * For how many milliseconds the same signal once more is the same one: process managers pass on the interrupt of a
 * terminal that the process has received itself.
 */
export const sameSignal = 500;

/**
 * Calls back once, at the first of the signals, and from then on leaves all of them to what they do by default; the one
 * that came only when it can no longer be the same one.
 *
 * Nothing but the event loop can see that time pass. So where the program blocks that, only another signal ends it.
 *
 * @returns what ends it before; after the first signal it does nothing, for that one may still be on its way.
 */
export function onFirstSignal(
  names: readonly CatchableSignal[],
  received: (name: CatchableSignal) => void,
): () => void {
  let hasCome = false;
  const stopListening = (those: readonly NodeJS.Signals[]): void =>
    those.forEach((name) => process.removeListener(name, receive));
  const receive = (name: NodeJS.Signals): void => {
    if (hasCome) return;
    hasCome = true;
    stopListening(names.filter((other) => other !== name));
    setTimeout(() => stopListening([name]), sameSignal).unref();
    received(name as CatchableSignal);
  };
  names.forEach((name) => process.on(name, receive));
  return () => {
    if (!hasCome) stopListening(names);
  };
}
