/** Who listens for a signal. One signal may end any number of waits; Node warns of a leak from the eleventh listener on. */
const waiting = /* @__PURE__ */ new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a signal aborts, by one listener for all who wait for that signal. For one that has aborted it does
 * nothing: look first.
 *
 * @returns stops that. Nothing is left at the signal when nobody waits any more.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => {};
  const own = (): void => callback(); // each call is one of its own, also of the same function
  const callbacks = waiting.get(signal) ?? listen(signal);
  callbacks.add(own);
  return () => {
    callbacks.delete(own);
    if (callbacks.size === 0 && waiting.get(signal) === callbacks) stop(signal);
  };
}

function listen(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  signal.addEventListener("abort", abort);
  return callbacks;
}

function stop(signal: AbortSignal): void {
  waiting.delete(signal);
  signal.removeEventListener("abort", abort);
}

function abort(this: AbortSignal): void {
  const callbacks = waiting.get(this) ?? [];
  stop(this);
  for (const callback of [...callbacks]) callback();
}

/** A signal of its own that aborts with another, to be handed to a function of Node that listens by itself. */
export function ownSignal(signal: AbortSignal | undefined): {
  readonly signal: AbortSignal | undefined;
  readonly stop: () => void;
} {
  if (signal === undefined || signal.aborted) return { signal, stop: () => {} };
  const controller = new AbortController();
  return { signal: controller.signal, stop: onAbort(signal, () => controller.abort(signal.reason)) };
}
