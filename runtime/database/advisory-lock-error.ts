import { describe } from "../core/describe.js";
import { OwnError } from "../core/own-error.js";

/**
 * Why an advisory lock failed: somebody else holds it and it was not to be waited for, or no longer; or when it was to
 * be released it was no longer held; or the connection failed meanwhile, with which the database gives it back.
 */
export type AdvisoryLockFailure = "not available" | "not held" | "connection lost";

/** What names an advisory lock in its database. */
export type AdvisoryLockKey = string | bigint | number;

/**
 * An advisory lock could not be had or was gone before its end; see `failure`.
 *
 * @example
 * try {
 *   await nightly(pool);
 * } catch (error) {
 *   if (error instanceof AdvisoryLockError && error.failure === "not available") return; // another server does it
 *   throw error;
 * }
 */
export class AdvisoryLockError extends OwnError {
  /** @internal */
  static override get kind(): string {
    return "AdvisoryLockError";
  }

  override readonly name = "AdvisoryLockError";

  /**
   * @param key of the lock.
   * @param failure what happened.
   * @param cause the error behind it, if there is one.
   * @param waited the wait limit in milliseconds, if there was one.
   */
  constructor(
    readonly key: AdvisoryLockKey,
    readonly failure: AdvisoryLockFailure,
    cause?: unknown,
    waited = 0,
  ) {
    super(`ts-raii: the advisory lock ${show(key)} ${explain(failure, cause, waited)}`);
    if (cause !== undefined)
      Object.defineProperty(this, "cause", { value: cause, writable: true, configurable: true });
  }
}

function explain(failure: AdvisoryLockFailure, cause: unknown, waited: number): string {
  switch (failure) {
    case "not available":
      return `is held by somebody else${waited > 0 ? `, and was not released within ${waited} ms` : ""}`;
    case "not held":
      return (
        "was released before its scope ended: by pg_advisory_unlock or pg_advisory_unlock_all, or because a pooler " +
        "sends each statement to another session"
      );
    case "connection lost":
      return `is no longer held, or never was: its connection failed (${describe(cause)})`;
  }
}

/** Bounded. */
function show(key: AdvisoryLockKey): string {
  return typeof key === "string" ? JSON.stringify(key.slice(0, 99)) : String(key);
}
