import { onePerProcess } from "../core/one-per-process.js";

const current = /* @__PURE__ */ onePerProcess("abandonment", {
  inForce: undefined as Abandonment | undefined,
});

/**
 * Tells an acquisition that nobody waits for it any more: its time is over, or another one has won. An acquisition cannot
 * be cut short, but it need not begin anything new: a retry stops at its pause, a chain before its next link.
 *
 * It is in force while steps run ({@link Abandonment.during}), so that whatever they acquire finds it by
 * {@link currentAbandonment}, at the moment it is acquired.
 */
export class Abandonment {
  private given: { readonly reason: unknown } | undefined = undefined;
  private readonly listeners = new Set<() => void>();
  /** The one in force around it; to abandon that is to abandon this. */
  private readonly outer = current.inForce;

  /** Why it was abandoned; `undefined` while it is not. */
  get abandoned(): { readonly reason: unknown } | undefined {
    for (let each: Abandonment | undefined = this; each; each = each.outer) if (each.given) return each.given;
    return undefined;
  }

  abandon(reason: unknown): void {
    this.given ??= { reason };
    for (const listener of [...this.listeners]) listener();
  }

  /** Calls back when it is abandoned. @returns stops that; whoever listens has to call it in the end. */
  onAbandoned(listener: () => void): () => void {
    // Listeners go to the outer ones too: those then know nothing of the inner ones, which may be many (S10).
    for (let each: Abandonment | undefined = this; each; each = each.outer) each.listeners.add(listener);
    return () => {
      for (let each: Abandonment | undefined = this; each; each = each.outer) each.listeners.delete(listener);
    };
  }

  /** Runs what acquires. */
  during<T>(acquire: () => T): T {
    return runUnder(this, acquire);
  }
}

/** The one that what is being acquired at the moment belongs to. To be asked before anything is awaited. */
export function currentAbandonment(): Abandonment | undefined {
  return current.inForce;
}

/** Runs `body` under an abandonment; under none, what has to happen whether or not somebody waits: a release. */
export function runUnder<T>(abandonment: Abandonment | undefined, body: () => T): T {
  const before = current.inForce;
  current.inForce = abandonment;
  try {
    return body();
  } finally {
    current.inForce = before;
  }
}

/** Waits, but no longer than until it is abandoned. @param start begins to wait, and returns what stops that. */
export function pauseUnder(
  abandonment: Abandonment | undefined,
  start: (resume: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve) => {
    const stopWaiting = start(resume);
    const stopListening = abandonment?.onAbandoned(resume);
    function resume(): void {
      stopWaiting();
      stopListening?.();
      resolve();
    }
  });
}

/** @throws why it was abandoned, if it was. */
export function throwIfAbandoned(): void {
  const abandoned = current.inForce?.abandoned;
  if (abandoned) throw abandoned.reason;
}
