import { Abandonment, currentAbandonment, runUnder } from "../compose/abandonment.js";
import { acquisitionOf } from "../compose/acquisition-of.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import { startTimer } from "../compose/timers.js";
import { nameOf } from "../core/describe.js";
import { type Exit, succeeded } from "../core/exit.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { ClosedError } from "./closed-error.js";
import type { KeptErrors } from "./kept-errors.js";
import { Loan } from "./loan.js";

/** One acquisition of what is shared, from its first borrower to its release. */
interface Generation {
  /** Those who have it, and those who wait for it: it is counted before it is there, so that none finds it gone. */
  borrowers: number;
  /** Those of them who are not abandoned. When there is none left, the acquisition tries no further. */
  wanted: number;
  readonly abandonment: Abandonment;
  acquisition: Acquisition<unknown> | Promise<Acquisition<unknown>> | undefined;
}

/** Not a part of what its first borrower waits for: others wait for it, too. */
const begin = (): Generation => ({
  borrowers: 0,
  wanted: 0,
  abandonment: runUnder(undefined, () => new Abandonment()),
  acquisition: undefined,
});

/** What its borrowers share: the first one acquires it; it is released after the last one, or later. */
export class SharedCell implements AsyncResource<unknown> {
  readonly name: string;
  /** Whether to acquire or to release it has ever taken time: then its owner awaits (`await raii`). */
  takesTime = false;
  private generation: Generation | undefined = undefined;
  private isReleasing = false;
  /** Resumes those who wait for a release to end, or for an acquisition that was given up. */
  private waiters: (() => void)[] = [];
  /** How many of them there are who have not gone on yet. */
  private waiting = 0;
  private isClosed = false;
  private stopIdling: (() => void) | undefined = undefined;
  private wakeOwner: (() => void) | undefined = undefined;

  /**
   * @param idle how long it is kept when nobody has it, in milliseconds; `undefined` for not at all.
   * @param errors takes those of releases that no scope waits for.
   * @param onEmpty is called when nothing of it is left.
   */
  constructor(
    private readonly resource: object,
    private readonly idle: number | undefined,
    readonly errors: KeptErrors,
    private readonly onEmpty: () => void = () => {},
  ) {
    this.name = nameOf(resource);
  }

  [Resource.acquire](): Acquisition<unknown> | Promise<Acquisition<unknown>> {
    return maybeAsync(this.borrow());
  }

  private *borrow(): Steps<Acquisition<unknown>> {
    this.waiting++;
    const abandonment = currentAbandonment();
    while (this.isReleasing || this.isGivenUp())
      yield new Promise<void>((resolve) => this.waiters.push(resolve));
    this.waiting--;
    if (this.isClosed) {
      this.settle();
      throw new ClosedError(this.name, "cannot borrow the shared");
    }
    // Told before it listens, it would count as wanting the acquisition for ever.
    if (abandonment?.abandoned) {
      this.settle();
      throw abandonment.abandoned.reason;
    }
    this.stopIdling?.();
    const generation = (this.generation ??= begin());
    generation.borrowers++;
    generation.wanted++;
    const stopListening = abandonment?.onAbandoned(() => {
      if (--generation.wanted === 0) generation.abandonment.abandon(abandonment.abandoned!.reason);
    });
    try {
      generation.acquisition ??= generation.abandonment.during(() => acquisitionOf(this.resource));
      if (isPromiseLike(generation.acquisition)) this.takesTime = true;
      const acquisition: Acquisition<unknown> = yield generation.acquisition;
      generation.acquisition = acquisition;
      this.resume();
      return new Loan(acquisition.handle, this.name, () => this.giveBack(generation));
    } catch (error) {
      // Of those who waited the first one clears up; the next borrower may have begun anew by the time of the others.
      if (this.generation === generation) {
        this.generation = undefined;
        this.resume();
      }
      this.settle();
      throw error;
    } finally {
      stopListening?.();
    }
  }

  /** Nobody waits for it any more, and it is still being acquired: who comes now begins anew when that has ended. */
  private isGivenUp(): boolean {
    const { generation } = this;
    return generation?.abandonment.abandoned !== undefined && isPromiseLike(generation.acquisition);
  }

  private resume(): void {
    for (const resume of this.waiters.splice(0)) resume();
  }

  private giveBack(generation: Generation): unknown {
    generation.borrowers--;
    if (generation.borrowers > 0) return undefined;
    if (this.isClosed || this.idle === undefined) return this.release(generation, succeeded);
    this.stopIdling = startTimer(this.idle, () => void this.expire(generation));
    return undefined;
  }

  private async expire(generation: Generation): Promise<void> {
    try {
      await this.release(generation, succeeded);
    } catch (error) {
      this.errors.report(error, this);
    }
  }

  /** @returns a promise where it takes time. @throws what the release throws, or rejects with it. */
  private release(generation: Generation, exit: Exit): unknown {
    this.generation = undefined;
    this.isReleasing = true;
    const over = (): void => {
      this.isReleasing = false;
      this.resume();
      this.settle();
    };
    let releasing: unknown;
    try {
      releasing = (generation.acquisition as Acquisition<unknown>).release(exit);
    } finally {
      if (!isPromiseLike(releasing)) over();
    }
    if (isPromiseLike(releasing)) {
      this.takesTime = true;
      releasing.then(over, over);
    }
    return releasing;
  }

  /** Something has ended; tells those who wait for the end of all. */
  private settle(): void {
    if (!this.isEmpty() || this.waiting > 0) return;
    this.onEmpty();
    this.wakeOwner?.();
  }

  private isEmpty(): boolean {
    return this.generation === undefined && !this.isReleasing;
  }

  /** From now on nobody can borrow it, and its acquisition tries no further. */
  close(): void {
    this.isClosed = true;
    this.stopIdling?.();
    this.generation?.abandonment.abandon(new ClosedError(this.name, "no longer acquires the shared"));
  }

  /** Releases it if it is idle. @returns and throws as that release does. */
  releaseIdle(exit: Exit): unknown {
    const { generation } = this;
    return generation?.borrowers === 0 ? this.release(generation, exit) : undefined;
  }

  /** Waits until its last borrower has released it. */
  *emptied(): Steps<void> {
    while (!this.isEmpty()) yield new Promise<void>((resolve) => (this.wakeOwner = resolve));
  }
}
