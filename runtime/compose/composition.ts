import { endedWith, type Exit, Failure } from "../core/exit.js";
import type { Acquisition } from "../core/resource.js";
import type { Held } from "../core/scope.js";
import { CompositionScope } from "./composition-scope.js";
import { call, maybeAsync, type Steps } from "./maybe-async.js";

/**
 * The acquisition of a resource that is made of others: what these gave is held, and released in reverse, by a scope as
 * every function has one (S1-S5). It takes time only where one of them does.
 */
export class Composition<T> implements Acquisition<T> {
  handle!: T;
  /** The handle of what was acquired last. */
  acquired: unknown = undefined;
  readonly scope = new CompositionScope();

  /**
   * Acquires one more, whose handle is then in `acquired`.
   * @param resource what `raii` or `await raii` takes. What can be disposed of at once is, as by `raii`.
   * @returns a promise where that takes time.
   * @throws what the acquisition throws, or rejects with it; nothing is then held for it.
   */
  acquire(resource: unknown): unknown {
    return this.begins(resource) ? maybeAsync(this.arrival()) : undefined;
  }

  /** As `acquire`, for steps: `yield composition.take(resource)`. */
  take(resource: unknown): unknown {
    return this.begins(resource) ? call(this.arrival()) : undefined;
  }

  private begins(resource: unknown): boolean {
    const takesTime = this.scope.begin(resource);
    if (!takesTime) this.acquired = this.scope.handle;
    return takesTime;
  }

  private *arrival(): Steps<void> {
    yield* this.scope.arrival();
    this.acquired = this.scope.handle;
  }

  /**
   * Releases, because of an error, what was acquired after `last`; each is told the exit as those before it have left
   * it (S5), but none can suppress: there is no handle to go on with.
   * @returns the error, with those of the releases.
   */
  *abandon(error: unknown, last?: Held): Steps<unknown> {
    try {
      yield* this.scope.splitOff(last).leave(new Failure(error));
    } catch (combined) {
      error = combined;
    }
    return error;
  }

  /**
   * Releases all of it, each told the exit as those before it have left it (S5). Suppresses if one of them has.
   * @returns a promise where that takes time.
   * @throws the error that the scope it belongs to ends with, or rejects with it.
   */
  release(exit: Exit): unknown {
    return maybeAsync(this.end(exit));
  }

  private *end(exit: Exit): Steps<void> {
    this.handle = this.acquired = undefined!; // S10
    let isSuppressed: boolean;
    try {
      isSuppressed = yield* this.scope.leave(exit);
    } catch (error) {
      throw endedWith(exit, error);
    }
    if (isSuppressed && exit.kind === "failed") exit.suppress();
  }
}
