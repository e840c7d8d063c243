import { currentAbandonment, pauseUnder } from "../compose/abandonment.js";
import { checkResource } from "../compose/acquisition-of.js";
import { acquireInto, Composed } from "../compose/composed.js";
import type { Composition } from "../compose/composition.js";
import type { Derived } from "../compose/derived.js";
import type { Steps } from "../compose/maybe-async.js";
import { outOfRange } from "../compose/out-of-range.js";
import { requireFunction } from "../compose/require-function.js";
import { checkMilliseconds, millisecondsNow, startTimer } from "../compose/timers.js";
import { nameOf } from "../core/describe.js";
import type { AsyncHandle } from "../core/handle.js";
import type { AsyncResource } from "../core/resource.js";
import { RetryError } from "./retry-error.js";

/** How often {@link retry} tries. */
export interface RetryLimit {
  /**
   * How often it is tried at most, the first time included: a whole number from 1, or `Infinity`, which needs a `delay`,
   * a `maxDelay` above 0 and a `factor` of 1 or more: else it would keep the processor busy.
   */
  readonly attempts: number;
  /**
   * For how many milliseconds it is tried: no attempt begins later than that after the first one began, and it gives up
   * at once where the wait before the next one would take too long. An attempt that is under way is not cut short: see
   * {@link withTimeout}. By default for as long as it takes.
   */
  readonly maxTime?: number | undefined;
  /**
   * Whether to try again after this error, if attempts are left; by default after every one.
   * @param attempt the number of the attempt that has failed, from 1.
   */
  readonly when?: ((error: unknown, attempt: number) => boolean) | undefined;
}

/** How often {@link retry} tries, and how long it waits in between: exponential back-off with jitter. */
export interface RetryPolicy extends RetryLimit {
  /** Milliseconds before the second attempt. By default 0: at once, and without a timer. */
  readonly delay?: number | undefined;
  /** Each wait is that many times as long as the one before: by default 2; 1 for waits of the same length. */
  readonly factor?: number | undefined;
  /** The longest wait in milliseconds, by default 30 seconds. */
  readonly maxDelay?: number | undefined;
  /** Which part of each wait is left to chance, from 0 (none, the default) to 1 (the whole of it: "full jitter"). */
  readonly jitter?: number | undefined;
  /** What gives chance, from 0 up to 1; by default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Tries to acquire a resource again when that fails. What a failed attempt had partly acquired is released before the
 * next one starts. Releases are not repeated.
 *
 * Where nobody waits for it any more (a {@link withTimeout} around it, a {@link race} that another has won), it stops at
 * its next pause, and what it then throws is dropped, or found in the `late` of the TimeoutError.
 *
 * @param resource acquired anew by each attempt; a promise or what is disposed of is refused, as it cannot be.
 * @param policy how often, after which errors, and how long to wait in between. Without `delay` it does not wait, and is
 *   synchronous with a synchronous resource.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {TypeError} when `resource` is no resource or `when` is no function.
 * @throws {RangeError} for a number that is none, or is out of range. The acquisition throws what its one attempt threw
 *   (also if `when` gave up after the first); after several a {@link RetryError}, which holds their errors.
 * @example
 * const db = await raii(retry(connect(url), { attempts: 5, delay: 100, jitter: 1, when: isTransient }));
 * @example
 * const queue = await raii(retry(subscribe(url), { attempts: Infinity, maxTime: 60_000, delay: 100 }));
 * @see https://tenacity.readthedocs.io
 */
export function retry<R extends AsyncResource<unknown>>(
  resource: R,
  policy: RetryLimit & { readonly delay?: 0 | undefined },
): Derived<R, AsyncHandle<R>>;
export function retry<R extends AsyncResource<unknown>>(
  resource: R,
  policy: RetryPolicy,
): AsyncResource<AsyncHandle<R>>;
export function retry(resource: AsyncResource<unknown>, policy: RetryPolicy): unknown {
  checkResource(resource, "retry()");
  checkPolicy(policy);
  const limits = { ...policy };
  return new Composed(nameOf(resource), (composition) => acquireAgain(resource, limits, composition));
}

function* acquireAgain(
  resource: AsyncResource<unknown>,
  policy: RetryPolicy,
  composition: Composition<unknown>,
): Steps<unknown> {
  const errors: unknown[] = [];
  const abandonment = currentAbandonment();
  const start = millisecondsNow();
  const { attempts, maxTime = Infinity } = policy;
  for (let attempt = 1; ; attempt++) {
    const { last } = composition.scope;
    try {
      yield acquireInto(composition, resource);
      return composition.acquired;
    } catch (error) {
      note(errors, yield* composition.abandon(error, last), attempts);
    }
    const isLast = attempt === attempts || abandonment?.abandoned !== undefined;
    if (!isLast && isRetried(policy, errors, attempt)) {
      const wait = policy.delay ? waitAfter(attempt, policy) : 0;
      if (millisecondsNow() - start + wait <= maxTime) {
        if (policy.delay) yield pauseUnder(abandonment, (resume) => startTimer(wait, resume));
        if (abandonment?.abandoned === undefined) continue;
      }
    }
    // One error alone is thrown as it is (S4).
    throw errors.length === 1 ? errors[0] : new RetryError(nameOf(resource), attempt, errors);
  }
}

/** How many errors of unlimited attempts are kept: they must not need unlimited memory (S10). */
const mostErrors = 100;

/** Keeps the first one, which often tells the cause, and those that came last. */
function note(errors: unknown[], error: unknown, attempts: number): void {
  if (attempts === Infinity && errors.length === mostErrors) errors.splice(1, 1);
  errors.push(error);
}

/** What `when` says of the last error. One that throws has given up, and what it throws, if that is new, is noted. */
function isRetried({ when, attempts }: RetryPolicy, errors: unknown[], attempt: number): boolean {
  if (when === undefined) return true;
  const last = errors[errors.length - 1];
  try {
    return when(last, attempt);
  } catch (thrown) {
    if (!Object.is(thrown, last)) note(errors, thrown, attempts);
    return false;
  }
}

function waitAfter(attempt: number, policy: RetryPolicy): number {
  const { delay = 0, factor = 2, maxDelay = 30_000, jitter = 0, random = Math.random } = policy;
  const longest = Math.min(delay * factor ** (attempt - 1), maxDelay);
  return jitter ? longest * (1 - jitter * random()) : longest;
}

function checkPolicy(policy: RetryPolicy): void {
  const { attempts, delay, factor = 2, maxDelay = 30_000, maxTime, jitter = 0, when } = policy;
  if (attempts !== Infinity && !(Number.isInteger(attempts) && attempts >= 1))
    throw outOfRange("retry(): attempts", "a whole number from 1, or Infinity", attempts);
  if (delay !== undefined) checkMilliseconds(delay, "retry(): delay");
  if (maxTime !== undefined) checkMilliseconds(maxTime, "retry(): maxTime");
  if (attempts === Infinity && !delay)
    throw new RangeError("ts-raii: retry(): attempts: Infinity needs a delay of more than 0 milliseconds");
  if (attempts === Infinity && maxDelay === 0)
    throw new RangeError("ts-raii: retry(): attempts: Infinity needs a maxDelay of more than 0 milliseconds");
  if (attempts === Infinity && factor >= 0 && factor < 1)
    throw new RangeError("ts-raii: retry(): attempts: Infinity needs a factor of 1 or more");
  if (!(factor >= 0 && factor < Infinity)) throw outOfRange("retry(): factor", "a number from 0", factor);
  if (!(maxDelay >= 0 && maxDelay < Infinity))
    throw outOfRange("retry(): maxDelay", "milliseconds", maxDelay);
  if (!(jitter >= 0 && jitter <= 1)) throw outOfRange("retry(): jitter", "a number from 0 to 1", jitter);
  if (when !== undefined) requireFunction(when, "retry(): when");
}
