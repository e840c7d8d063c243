import { carries } from "../core/suppressed-error.js";

/** How long it is still waited for what is being acquired or released in a scope that was cancelled, in milliseconds. */
export interface Limits {
  readonly acquire: number;
  readonly release: number;
}

/** That a scope was cancelled, by what, and when. */
export interface Cancellation {
  readonly reason: unknown;
  readonly limits: Limits;
  /** By `millisecondsNow`. */
  readonly since: number;
}

/** Whether an error is the reason of one of these, or leads to it. */
export function carriesOne(error: unknown, cancellations: readonly Cancellation[]): boolean {
  return cancellations.some(({ reason }) => carries(error, reason));
}
