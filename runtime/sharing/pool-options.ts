import { outOfRange } from "../compose/out-of-range.js";
import { requireFunction } from "../compose/require-function.js";
import { checkMilliseconds } from "../compose/timers.js";

/** How many a pool has, and how it treats them. */
export interface PoolOptions<in T> {
  /** How many there are at most, whether lent, idle, or being acquired or released: a whole number from 1. */
  readonly max: number;
  /** How many are acquired with the pool, and are not released for being idle; by default 0. */
  readonly min?: number | undefined;
  /** After how many milliseconds an idle one beyond `min` is released; by default with the pool. */
  readonly idle?: number | undefined;
  /**
   * Whether one that has been idle can still be lent; by default each can. One for which it gives `false`, throws or is
   * rejected is released, told that failure, and another one takes its place. What has just been acquired is not asked.
   */
  readonly validate?: ((item: T) => boolean | PromiseLike<boolean>) | undefined;
  /**
   * The limit for `validate`, in milliseconds (default 5000; `Infinity` for none). An item that takes longer is released
   * as invalid, and its release is told a TimeoutError.
   */
  readonly validateTimeout?: number | undefined;
  /**
   * An item older than this many milliseconds is not lent again. It is released when idle or when given back, never taken
   * from its borrower. By default it may be of any age.
   */
  readonly maxLifetime?: number | undefined;
  /** Whether one whose borrower failed is released, told that failure, and not lent again; by default it is lent. */
  readonly discardOnFailure?: boolean | undefined;
  /** How many milliseconds a borrower waits at most; by default as long as it takes. */
  readonly acquireTimeout?: number | undefined;
  /**
   * Is told what fails when nobody waits for it: the release of one that was idle, not valid or discarded, the
   * acquisition of one that nobody wants any more. By default that is kept, and thrown when the pool is released.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** @throws {RangeError | TypeError} when an option is none. */
export function checkPoolOptions(options: PoolOptions<never>): void {
  const { max, min = 0, idle = 0, acquireTimeout = 0, validate, onError } = options;
  const { validateTimeout = 0, maxLifetime = 0 } = options;
  if (!Number.isInteger(max) || max < 1) throw outOfRange("pool(): max", "a whole number from 1", max);
  if (!Number.isInteger(min) || min < 0 || min > max)
    throw outOfRange("pool(): min", `a whole number from 0 to max (${max})`, min);
  checkMilliseconds(idle, "pool(): idle");
  checkMilliseconds(acquireTimeout, "pool(): acquireTimeout");
  checkMilliseconds(validateTimeout, "pool(): validateTimeout");
  checkMilliseconds(maxLifetime, "pool(): maxLifetime");
  if (validate !== undefined) requireFunction(validate, "pool(): validate");
  if (onError !== undefined) requireFunction(onError, "pool(): onError");
}
