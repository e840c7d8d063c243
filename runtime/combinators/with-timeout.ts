import { Abandonment } from "../compose/abandonment.js";
import { acquisitionOf, releaseApart } from "../compose/acquisition-of.js";
import { checkMilliseconds, startTimer } from "../compose/timers.js";
import { nameOf } from "../core/describe.js";
import { type Exit, Failure } from "../core/exit.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { TimeoutError } from "./timeout-error.js";

/** How long {@link withTimeout} waits. */
export interface Timeouts {
  /** For the acquisition, in milliseconds. By default as long as it takes. */
  readonly acquire?: number | undefined;
  /** For the release, in milliseconds. By default as long as it takes. */
  readonly release?: number | undefined;
  /** Stands for the resource in error messages; by default its name. */
  readonly name?: string | undefined;
}

class TimeLimited implements AsyncResource<unknown> {
  readonly name: string;

  constructor(
    private readonly resource: unknown,
    private readonly limits: Timeouts,
  ) {
    this.name = limits.name ?? nameOf(Object(resource));
  }

  [Resource.acquire](): Acquisition<unknown> | Promise<Acquisition<unknown>> {
    const abandonment = new Abandonment();
    const acquiring = abandonment.during(() => acquisitionOf(this.resource));
    if (!isPromiseLike(acquiring)) return new TimeLimitedAcquisition(acquiring, this);
    return this.limit(
      "acquire",
      acquiring,
      (late, error) => releaseApart(late, new Failure(error)),
      (error) => abandonment.abandon(error),
    ).then((acquisition) => new TimeLimitedAcquisition(acquisition, this));
  }

  /**
   * @param tidy is given what the promise gives too late.
   * @param abandon is told that nobody waits any more.
   * @returns a promise of what `promise` gives, rejected with a TimeoutError if that takes too long.
   */
  limit<T>(
    phase: "acquire" | "release",
    promise: Promise<T>,
    tidy: (late: T, error: TimeoutError) => void | Promise<void>,
    abandon: (error: TimeoutError) => void = () => {},
  ): Promise<T> {
    const { name, limits } = this;
    const milliseconds = limits[phase] ?? Infinity;
    if (milliseconds === Infinity) return promise;
    return new Promise((resolve, reject) => {
      const stop = startTimer(milliseconds, () => {
        const late: Promise<void> = promise.then(
          (value) => tidy(value, error),
          (failure) => {
            if (!Object.is(failure, error)) throw failure; // else it has only stopped, as it was told to
          },
        );
        const error = new TimeoutError(name, phase, milliseconds, late);
        reject(error);
        abandon(error);
      });
      promise.then(resolve, reject).finally(stop);
    });
  }
}

class TimeLimitedAcquisition implements Acquisition<unknown> {
  readonly handle: unknown;

  constructor(
    private readonly acquisition: Acquisition<unknown>,
    private readonly resource: TimeLimited,
  ) {
    this.handle = acquisition.handle;
  }

  release(exit: Exit): unknown {
    const releasing = this.acquisition.release(exit);
    return isPromiseLike(releasing)
      ? this.resource.limit("release", releasing as Promise<unknown>, () => {})
      : releasing;
  }
}

/**
 * Limits how long a resource may take to be acquired and to be released. What takes longer is not waited for: an
 * acquisition throws a {@link TimeoutError}, and its value, should it arrive after all, is released at once, told of
 * that failure; a release fails with a {@link TimeoutError}, and the releases after it go on. Neither is cut short. What
 * fails then is in the error's `late`, and no unhandled rejection.
 *
 * An acquisition that nobody waits for begins nothing new: a {@link retry} stops at its next pause, `all`, `flatMap` and
 * `recover` before the next resource. A waiter in a {@link pool} or on a lock file leaves the queue. Your own function that
 * acquires in several steps runs to its end: only what it acquires before its first `await` learns that nobody waits.
 *
 * A release that is made of several (`all`, `flatMap`) has one time for them all, and one of them that hangs keeps those
 * after it from being released: limit each. What is synchronous cannot be limited.
 *
 * The timers are stopped when they are no longer needed. Until then they keep the process alive, so that a program
 * whose resource hangs fails and releases the others, and does not just end.
 *
 * @param resource what `await raii` takes, also a promise.
 * @param limits how long each may take, in milliseconds; `Infinity`, as when it is not there, is without limit.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {RangeError} when a limit is `NaN`, negative or no number.
 * @throws {TimeoutError} by the acquisition or the release, naming the resource.
 * @example
 * const db = await raii(withTimeout(connect(url), { acquire: 5000, release: 1000, name: "orders database" }));
 * @see https://github.com/Effect-TS/effect/issues/6485 for what a release that hangs does without a limit
 */
export function withTimeout<R extends AsyncAcquirable>(
  resource: R,
  limits: Timeouts,
): AsyncResource<AsyncHandle<R>> {
  const { acquire = Infinity, release = Infinity, name } = limits;
  checkMilliseconds(acquire, "withTimeout(): acquire");
  checkMilliseconds(release, "withTimeout(): release");
  return new TimeLimited(resource, { acquire, release, name }) as AsyncResource<AsyncHandle<R>>;
}
