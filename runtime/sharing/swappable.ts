import { acquisitionOf, releaseApart } from "../compose/acquisition-of.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import { nameOf } from "../core/describe.js";
import { type Exit, Failure, succeeded } from "../core/exit.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { ClosedError } from "./closed-error.js";
import { Loan } from "./loan.js";

/** What gives a `T` by `await raii`. */
export type Giving<T> = GivingNow<T> | PromiseLike<GivingNow<T>>;
type GivingNow<T> = AsyncResource<T> | (T & (Disposable | AsyncDisposable | null | undefined));

/** What {@link swappable} gives. */
export interface Swappable<T> {
  /**
   * The handle that is in place. Who keeps it must expect that it is swapped, and released; see {@link get}.
   * @throws {ClosedError} after the scope has ended.
   */
  readonly current: T;
  /** Borrows the handle that is in place: until it is given back it is not released, and a `swap` waits for that. */
  get(): Resource<T>;
  /**
   * Acquires another one, puts it in place, and then releases the one before, when nobody borrows it any more. Swaps run
   * one after the other. One who borrows it must not wait for a swap: that waits for him.
   *
   * @param next what `await raii` takes, and gives a handle of the same type.
   * @returns a promise, fulfilled when the one before is released. It is rejected with what the acquisition throws: then
   *   all is as it was; with what the release of the one before throws: then the new one is in place nonetheless; with
   *   a {@link ClosedError} when the scope ends before the new one is there.
   */
  swap(next: Giving<T>): Promise<void>;
}

/** One that is, or was, in place. */
interface Placed {
  readonly acquisition: Acquisition<unknown>;
  borrowers: number;
  wake: (() => void) | undefined;
}

class Place {
  private isClosed = false;
  private isSwapping = false;
  /** Those whose turn to swap comes after the one that swaps. */
  private readonly turns: (() => void)[] = [];
  private placed: Placed;

  constructor(
    readonly name: string,
    acquisition: Acquisition<unknown>,
  ) {
    this.placed = { acquisition, borrowers: 0, wake: undefined };
  }

  get current(): unknown {
    this.check("cannot use the swappable");
    return this.placed.acquisition.handle;
  }

  get(): AsyncResource<unknown> {
    return { name: this.name, [Resource.acquire]: () => this.borrow() } as AsyncResource<unknown>;
  }

  async swap(next: unknown): Promise<void> {
    await maybeAsync(this.inTurn(this.exchange(next)));
  }

  /** Releases what is in place, after the swap that goes on. Those that have not begun fail. */
  close(exit: Exit): unknown {
    this.isClosed = true;
    return maybeAsync(this.inTurn(this.end(exit)));
  }

  private borrow(): Loan {
    this.check("cannot borrow the swappable");
    const { placed } = this;
    placed.borrowers++;
    return new Loan(placed.acquisition.handle, this.name, () => {
      if (--placed.borrowers === 0) placed.wake?.();
    });
  }

  private *inTurn(steps: Steps<void>): Steps<void> {
    if (this.isSwapping) yield new Promise<void>((resolve) => this.turns.push(resolve));
    this.isSwapping = true;
    try {
      yield* steps;
    } finally {
      const next = this.turns.shift();
      // The next one has the turn at once: who comes before it goes on waits behind the others.
      if (next) next();
      else this.isSwapping = false;
    }
  }

  private *exchange(next: unknown): Steps<void> {
    this.check("cannot swap");
    const acquisition: Acquisition<unknown> = yield acquisitionOf(next);
    if (this.isClosed) {
      const error = new ClosedError(this.name, "cannot swap");
      yield releaseApart(acquisition, new Failure(error));
      throw error;
    }
    const { placed } = this;
    this.placed = { acquisition, borrowers: 0, wake: undefined };
    yield* this.empty(placed, succeeded);
  }

  private *end(exit: Exit): Steps<void> {
    yield* this.empty(this.placed, exit);
  }

  private *empty(placed: Placed, exit: Exit): Steps<void> {
    if (placed.borrowers > 0) yield new Promise<void>((resolve) => (placed.wake = resolve));
    yield placed.acquisition.release(exit);
  }

  private check(what: string): void {
    if (this.isClosed) throw new ClosedError(this.name, what);
  }
}

class SwappableResource implements AsyncResource<unknown> {
  readonly name: string;

  constructor(private readonly resource: unknown) {
    this.name = nameOf(Object(resource));
  }

  [Resource.acquire](): Acquisition<unknown> | Promise<Acquisition<unknown>> {
    return maybeAsync(this.place());
  }

  private *place(): Steps<Acquisition<unknown>> {
    const place = new Place(this.name, yield acquisitionOf(this.resource));
    return { handle: place, release: (exit) => place.close(exit) };
  }
}

/**
 * Holds a resource that can be replaced while its scope goes on: a log file that is rotated, a configuration that is
 * loaded anew (a hot swap). There is one in place at any time: if the next one cannot be acquired, the old one stays; if
 * the old one cannot be released, the next one is in place, and `swap` fails with that error. The release of one that is
 * swapped out is told `succeeded`; that of the last one how the scope ended.
 *
 * @param resource the first one: what `await raii` takes.
 * @returns a resource whose handle has `current`, `get()` and `swap(next)`; nothing runs until it is acquired.
 * @throws what the acquisition of the first one throws, at the acquisition.
 * @example
 * const log = await raii(swappable(openLog("a.log")));
 * log.current.write("…");
 * await log.swap(openLog("b.log"));
 * @see https://typelevel.org/cats-effect/docs/std/hotswap
 */
export function swappable<R extends AsyncAcquirable>(resource: R): AsyncResource<Swappable<AsyncHandle<R>>> {
  return new SwappableResource(resource) as AsyncResource<Swappable<any>>;
}
