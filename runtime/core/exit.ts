/** The body of the scope ran to its end, or left by `return`, `break` or `continue`. */
export interface SucceededExit {
  readonly kind: "succeeded";
}

/** The body, or a release that ran before this one, threw. */
export interface FailedExit {
  readonly kind: "failed";
  /** The very value that was thrown; it may be `undefined`, so test `kind` and not this. */
  readonly error: unknown;
  /**
   * Ends the failure here: outer releases see `"succeeded"`, and control goes on after the block that owns the resource.
   * @throws {Error} when called after the release it was handed to has returned.
   */
  suppress(): void;
}

/** The scope was ended from outside: its consumer closed it, or it was cancelled. */
export interface CancelledExit {
  readonly kind: "cancelled";
  readonly reason: unknown;
}

/**
 * How a scope ended, as each release is told (spec S5).
 *
 * @example
 * const transaction = (db: Database) => resource(
 *   () => db.begin(),
 *   (tx, exit) => (exit.kind === "succeeded" ? tx.commit() : tx.rollback()),
 * );
 */
export type Exit = SucceededExit | FailedExit | CancelledExit;

/** The exit of every scope that did not fail; it carries nothing, so one object serves all. */
export const succeeded: SucceededExit = /* @__PURE__ */ Object.freeze({ kind: "succeeded" });

/** The exit of a scope that was closed from outside, where nothing is known of why: there is no `reason` to read. */
export const cancelled = /* @__PURE__ */ Object.freeze({ kind: "cancelled" }) as CancelledExit;

/** The failed exit that one release is handed. The scope reads `state` back when the release has returned. */
export class Failure implements FailedExit {
  readonly kind = "failed";
  state: "open" | "suppressed" | "over" = "open";

  constructor(public error: unknown) {}

  suppress(): void {
    if (this.state === "over") throw new Error("ts-raii: exit.suppress() after the release has ended");
    this.state = "suppressed";
  }
}

/**
 * What a release throws that stands for several, after these have ended with an error: their scope has combined it with what
 * they were told, unless one of them suppressed that, so that the scope they are released in must not do so again.
 */
export function endedWith(exit: Exit, error: unknown): unknown {
  if (exit.kind === "failed") Reflect.set(exit, "error", error);
  return error;
}
