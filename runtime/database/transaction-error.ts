import { OwnError } from "../core/own-error.js";
import { sqlStateOf } from "./sql-state.js";

/** What has become of a transaction that failed: `"unknown"` where the answer to its COMMIT did not come. */
export type TransactionOutcome = "not committed" | "unknown";

/**
 * A transaction could not be begun, committed or rolled back, for a reason that is not an answer of the database to the
 * statement: that answer is thrown as it is.
 *
 * @example
 * try {
 *   await pay(pool, order);
 * } catch (error) {
 *   if (error instanceof TransactionError && error.outcome === "unknown") return askLater(order);
 *   throw error;
 * }
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export class TransactionError extends OwnError {
  /** @internal */
  static override get kind(): string {
    return "TransactionError";
  }

  override readonly name = "TransactionError";

  /** The SQLSTATE of the cause, if it has one. */
  readonly code: string | undefined;

  /**
   * @param message what happened, and what to do next.
   * @param outcome what has become of the transaction.
   * @param cause the error behind it, if there is one.
   * @param attempts how often it was run.
   */
  constructor(
    message: string,
    readonly outcome: TransactionOutcome = "not committed",
    cause?: unknown,
    readonly attempts = 1,
  ) {
    super(`ts-raii: ${message}`);
    this.code = sqlStateOf(cause);
    if (cause !== undefined)
      Object.defineProperty(this, "cause", { value: cause, writable: true, configurable: true });
  }
}
