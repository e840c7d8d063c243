import { Abandonment } from "../compose/abandonment.js";
import { combineFailures, type Failed } from "../compose/combine-failures.js";
import { Composed } from "../compose/composed.js";
import { Composition } from "../compose/composition.js";
import type { Derived } from "../compose/derived.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import { describe } from "../core/describe.js";
import { cancelled } from "../core/exit.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import type { Acquisition } from "../core/resource.js";
import { listOf } from "./list-of.js";

/** What the contestants of one race know of each other. */
class Contest {
  winner: Contestant | undefined = undefined;
  failed: Failed[] = [];
  /** Called when the race is decided. */
  onDecided = (): void => {};
  /** Of all of them: the winner has arrived when it comes. */
  readonly abandonment = new Abandonment();

  constructor(private readonly size: number) {}

  get isDecided(): boolean {
    return this.winner !== undefined || this.failed.length === this.size;
  }

  win(contestant: Contestant): void {
    this.winner = contestant;
    this.failed = []; // S10
    this.onDecided(); // first: whatever a loser does when it is told, the race has its winner
    this.abandonment.abandon(lost);
  }

  fail(resource: unknown, error: unknown): void {
    if (this.winner !== undefined) return;
    this.failed.push({ resource, error });
    if (this.isDecided) this.onDecided();
  }
}

/** Why a loser acquires no more. Nobody sees it, for what fails after the race is decided is dropped. */
const lost = /* @__PURE__ */ new Error("ts-raii: another one has won the race");

class Contestant extends Composition<unknown> {
  /** Fulfilled when nothing of it is left, with the error if its release has failed. */
  gone: unknown = undefined;

  constructor(
    readonly resource: unknown,
    private readonly contest: Contest,
  ) {
    super();
  }

  *enter(): Steps<Failed | undefined> {
    const { contest, resource } = this;
    try {
      yield this.take(resource);
    } catch (error) {
      contest.fail(resource, error);
      return undefined;
    }
    try {
      if (contest.winner === undefined) contest.win(this);
      else yield this.release(cancelled);
    } catch (error) {
      return { resource, error }; // returned, for a rejection that nobody waits for yet would end the process
    }
    return undefined;
  }
}

/** What the scope of the winner holds of a contestant: nothing but the promise that it is gone. */
class Leaving implements Acquisition<void> {
  readonly handle = undefined;

  constructor(private readonly gone: unknown) {}

  async release(): Promise<void> {
    const failed = (await this.gone) as Failed | undefined;
    if (failed !== undefined) throw failed.error;
  }
}

function* acquireFirst(resources: readonly unknown[], { scope }: Composition<unknown>): Steps<unknown> {
  const contest = new Contest(resources.length);
  const pending: Contestant[] = [];
  for (const resource of resources) {
    const contestant = new Contestant(resource, contest);
    contestant.gone = contest.abandonment.during(() => maybeAsync(contestant.enter()));
    if (isPromiseLike(contestant.gone)) pending.push(contestant);
    if (contest.winner !== undefined) break;
  }
  if (pending.length > 0) {
    yield new Promise<void>((resolve) => {
      contest.onDecided = resolve;
      if (contest.isDecided) resolve();
    });
  }
  const { winner, failed } = contest;
  if (winner === undefined) throw combineFailures(failed);
  // Below the winner: it does not stay open longer because of a loser that takes its time.
  for (const { resource, gone } of pending) scope.include(Object(resource), new Leaving(gone));
  scope.include(Object(winner.resource), winner);
  return winner.acquired;
}

/**
 * Acquires the first of several that is there: the nearest replica, whichever answers. All acquisitions are begun
 * together, in order, as long as none is there at once.
 *
 * A loser that arrives later is released as soon as it does, told that it was `cancelled`; one that would try again, or
 * has more to acquire, does not. The scope of the winner ends when the last loser is released, and fails if a release of
 * one has failed. An acquisition that fails has lost, and its error counts only if all fail. To not wait for one that
 * hangs, give it a `withTimeout`.
 *
 * @param resources an array or another iterable of what `raii` or `await raii` takes; read once, by this call. With an
 *   asynchronous one among them the result is asynchronous.
 * @returns the resource, whose handle is that of the winner; nothing runs until it is acquired.
 * @throws {TypeError} when `resources` is not iterable, or empty. The acquisition throws when all have failed: a
 *   SuppressedError of their errors, the first one innermost, or the one error if they are one.
 * @example
 * const db = await raii(race([connect("eu.example.org"), connect("us.example.org")]));
 * @see https://github.com/typelevel/cats-effect/pull/3226
 */
export function race<R extends AsyncAcquirable>(resources: Iterable<R>): Derived<R, AsyncHandle<R>> {
  const list = listOf(resources);
  if (list === undefined || list.length === 0)
    throw new TypeError(
      `ts-raii: race(resources) takes an iterable of at least one resource, and was given ${list ? "none" : describe(resources)}`,
    );
  const race = new Composed("race", (composition) => acquireFirst(list, composition));
  return race as unknown as Derived<R, AsyncHandle<R>>;
}
