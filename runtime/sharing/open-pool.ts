import { TimeoutError } from "../combinators/timeout-error.js";
import { Abandonment, currentAbandonment, runUnder } from "../compose/abandonment.js";
import { acquisitionOf, releaseApart } from "../compose/acquisition-of.js";
import { combineFailures, type Failed } from "../compose/combine-failures.js";
import { Composition } from "../compose/composition.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import { millisecondsNow, startTimer } from "../compose/timers.js";
import { nameOf } from "../core/describe.js";
import { type Exit, Failure, succeeded } from "../core/exit.js";
import { resource as resourceOf } from "../core/function-resource.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { carries, combineErrors } from "../core/suppressed-error.js";
import { ClosedError } from "./closed-error.js";
import { KeptErrors } from "./kept-errors.js";
import { Loan } from "./loan.js";
import type { PoolOptions } from "./pool-options.js";
import { Waiter, WaiterQueue } from "./waiter-queue.js";

interface Item {
  readonly acquisition: Acquisition<unknown>;
  /** When it is too old to be lent, by `millisecondsNow`. */
  readonly expires: number;
  stopIdling: () => void;
}

const nothing = (): void => {};
/** How long `validate` may take where the options do not say: what does not answer for so long is not valid. */
const defaultValidateTimeout = 5000;

/**
 * The state of a pool. Those who wait are served in the order in which they came, by whatever comes in first: one that is
 * given back, one that has been acquired, one that has been found valid. None of these belongs to a certain waiter, so
 * none is lost when that one gives up.
 */
export class ItemPool implements AsyncResource<unknown> {
  readonly name: string;
  /** All there are: being acquired, being validated, idle, lent, being released. */
  size = 0;
  private creating = 0;
  private checking = 0;
  private releasing = 0;
  /** The last one that was given back is the first one that is lent again: so those that are not needed stay idle. */
  private readonly idleItems: Item[] = [];
  private readonly waiters = new WaiterQueue<Item>();
  private isClosed = false;
  private readonly errors: KeptErrors;
  private wakeOwner = nothing;
  /** Of all acquisitions that are under way: they are for whoever waits, so none stops with its borrower. */
  private readonly abandonment = runUnder(undefined, () => new Abandonment());

  constructor(
    private readonly resource: object,
    private readonly options: PoolOptions<unknown>,
  ) {
    this.name = nameOf(resource);
    this.errors = new KeptErrors(options.onError);
  }

  get idle(): number {
    return this.idleItems.length;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /** Borrows one. */
  async [Resource.acquire](): Promise<Acquisition<unknown>> {
    if (this.isClosed) throw new ClosedError(this.name, "cannot borrow from the pool of");
    const abandonment = currentAbandonment();
    const item = await new Promise<Item>((resolve, reject) => {
      const waiter = new Waiter<Item>(resolve, reject);
      this.waiters.add(waiter);
      this.serve();
      if (waiter.isWaiting) this.limit(waiter, abandonment);
    });
    return new Loan(item.acquisition.handle, this.name, (exit) => this.giveBack(item, exit));
  }

  private limit(waiter: Waiter<Item>, abandonment: Abandonment | undefined): void {
    const { acquireTimeout = Infinity, max } = this.options;
    const stopTimer = startTimer(acquireTimeout, () => {
      this.waiters.remove(waiter);
      const why = `its pool has ${this.size} of at most ${max}, and ${this.waiting} others wait`;
      waiter.reject(new TimeoutError(this.name, "acquire", acquireTimeout, undefined, why));
    });
    const stopListening = abandonment?.onAbandoned(() => {
      this.waiters.remove(waiter);
      waiter.reject(abandonment.abandoned!.reason);
    });
    waiter.stop = () => {
      stopTimer();
      stopListening?.();
    };
  }

  /** Sees to it that for each one who waits one comes in, if that can be. */
  private serve(): void {
    const { waiters, idleItems } = this;
    while (idleItems.length > 0 && waiters.size > this.checking) {
      const item = idleItems.pop()!;
      item.stopIdling();
      if (this.isExpired(item)) void this.drop(item, succeeded);
      else this.supply(item);
    }
    while (this.size < this.options.max && waiters.size > this.checking + this.creating) void this.create();
  }

  private supply(item: Item): void {
    if (this.options.validate === undefined) this.offer(item);
    else void this.check(item, this.options.validate);
  }

  /** Gives it to the one who has waited longest. */
  private offer(item: Item): void {
    if (this.isClosed) return void this.drop(item, succeeded);
    const waiter = this.waiters.take();
    if (waiter === undefined) this.park(item);
    else waiter.resolve(item);
  }

  private isExpired(item: Item): boolean {
    return item.expires <= millisecondsNow();
  }

  private park(item: Item): void {
    this.idleItems.push(item);
    this.limitIdling(item, this.options.idle ?? Infinity);
  }

  /** Releases it after `idle` milliseconds, if it is not needed then, or when it is too old. */
  private limitIdling(item: Item, idle: number): void {
    const { min = 0 } = this.options;
    const left = Math.max(item.expires - millisecondsNow(), 0);
    item.stopIdling = startTimer(Math.min(idle, left), () => {
      if (left > idle && this.size - this.releasing <= min) return this.limitIdling(item, Infinity);
      this.idleItems.splice(this.idleItems.indexOf(item), 1);
      void this.drop(item, succeeded);
    });
  }

  private giveBack(item: Item, exit: Exit): void {
    if (this.isClosed) void this.drop(item, succeeded);
    else if (exit.kind === "failed" && this.options.discardOnFailure)
      void this.drop(item, new Failure(exit.error));
    else if (this.isExpired(item)) void this.drop(item, succeeded);
    else if (this.waiters.size > this.checking) this.supply(item);
    else this.park(item);
  }

  private async create(): Promise<void> {
    this.size++;
    this.creating++;
    try {
      const acquisition = await this.abandonment.during(() => this.acquireOne());
      this.creating--;
      this.offer(this.itemOf(acquisition));
    } catch (error) {
      this.creating--;
      this.size--;
      const waiter = this.waiters.take();
      if (waiter) waiter.reject(error);
      // To have stopped because the pool has closed is no failure.
      else if (!this.isClosed || !Object.is(error, this.abandonment.abandoned?.reason)) this.report(error);
      this.serve();
      this.wakeOwner();
    }
  }

  private itemOf(acquisition: Acquisition<unknown>): Item {
    const { maxLifetime = Infinity } = this.options;
    return { acquisition, expires: millisecondsNow() + maxLifetime, stopIdling: nothing };
  }

  /** Async, so that what fails at once fails later, too: it would be a recursion as deep as there are waiters (S9). */
  private async acquireOne(): Promise<Acquisition<unknown>> {
    return acquisitionOf(this.resource);
  }

  private async check(item: Item, validate: NonNullable<PoolOptions<unknown>["validate"]>): Promise<void> {
    this.checking++;
    let failure: Failure | undefined;
    try {
      if (!(await this.answer(validate, item)))
        failure = new Failure(new Error(`ts-raii: ${this.name} is no longer valid`));
    } catch (error) {
      failure = new Failure(error);
    }
    this.checking--;
    if (failure === undefined) return this.offer(item);
    void this.drop(item, failure);
    this.serve();
  }

  /** What `validate` says, and a TimeoutError if it does not say it in time; what it then says or throws is dropped. */
  private async answer(
    validate: NonNullable<PoolOptions<unknown>["validate"]>,
    item: Item,
  ): Promise<boolean> {
    const { validateTimeout = defaultValidateTimeout } = this.options;
    const answer = validate(item.acquisition.handle);
    if (!isPromiseLike(answer)) return answer;
    let stop = nothing;
    const late = new Promise<never>((_, reject) => {
      stop = startTimer(validateTimeout, () =>
        reject(new TimeoutError(this.name, "validate", validateTimeout)),
      );
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      stop();
    }
  }

  /** Releases it. Until that has ended it counts, so that there are never more than `max`. */
  private async drop({ acquisition }: Item, exit: Exit): Promise<void> {
    this.releasing++;
    try {
      await releaseApart(acquisition, exit);
    } catch (error) {
      this.report(error);
    }
    this.releasing--;
    this.size--;
    this.serve();
    this.replenish();
    this.wakeOwner();
  }

  /** Acquires anew, for those that were dropped. What fails in that is not tried again until the next one is. */
  private replenish(): void {
    const { min = 0 } = this.options;
    while (!this.isClosed && this.size < min) void this.create();
  }

  private report(error: unknown): void {
    if (this.isClosed)
      this.errors.keep(error, this); // its owner waits
    else this.errors.report(error, this);
  }

  /** Acquires `min` of them, all at once. @throws the first error, combined with the others; then none is left. */
  async fill(min: number): Promise<void> {
    const results = await Promise.allSettled(Array.from({ length: min }, () => this.acquireOne()));
    const failed: Failed[] = [];
    for (const result of results) {
      if (result.status === "rejected") failed.push({ resource: this, error: result.reason });
      else this.idleItems.push(this.itemOf(result.value));
    }
    for (const item of this.idleItems) this.limitIdling(item, Infinity);
    this.size = this.idleItems.length;
    if (failed.length > 0) throw await this.abandon(combineFailures(failed));
  }

  /** Releases what was acquired, the last one first; none can suppress, as there is no pool. @returns all errors. */
  private async abandon(error: unknown): Promise<unknown> {
    for (const { acquisition, stopIdling } of this.idleItems.splice(0).reverse()) {
      stopIdling();
      try {
        await acquisition.release(new Failure(error));
      } catch (thrown) {
        error = carries(thrown, error) ? thrown : combineErrors(thrown, error, this);
      }
    }
    return error;
  }

  /**
   * Ends it: who waits fails; what is idle is released, what was given back last first, each told the exit as those
   * before it have left it (S5); what is lent is waited for; and what has failed unseen is thrown.
   */
  close(exit: Exit): unknown {
    this.isClosed = true;
    this.abandonment.abandon(new ClosedError(this.name, "no longer acquires for the pool of"));
    for (let waiter = this.waiters.take(); waiter; waiter = this.waiters.take()) {
      waiter.reject(new ClosedError(this.name, "waited to borrow from the pool of"));
    }
    const ending = new Composition<void>();
    const items = this.idleItems.splice(0);
    this.size -= items.length;
    ending.acquire(resourceOf(nothing, () => this.errors.rethrow(), this.name));
    ending.acquire(resourceOf(nothing, () => maybeAsync(this.emptied()), this.name));
    for (const { acquisition, stopIdling } of items) {
      stopIdling();
      ending.acquire({ name: this.name, [Resource.acquire]: () => acquisition });
    }
    return ending.release(exit);
  }

  private *emptied(): Steps<void> {
    while (this.size > 0) yield new Promise<void>((resolve) => (this.wakeOwner = resolve));
  }
}
