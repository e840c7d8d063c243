import { AsyncScope } from "../async-scope.js";
import { endedWith, type Exit } from "../exit.js";
import type { Acquisition } from "../resource.js";
import { disposeMethod } from "../scope.js";
import { maybeAsync, type Steps } from "./maybe-async.js";

/**
 * The acquisition of a resource that is made of others: what these gave is held, and released in reverse, by a scope as
 * every function has one (S1-S5). It takes time only where one of them does.
 */
export class Composition<T> implements Acquisition<T> {
  handle!: T;
  /** The handle of what was acquired last. */
  acquired: unknown = undefined;
  private readonly scope = new AsyncScope();

  /**
   * Acquires one more, whose handle is then in `acquired`.
   * @param resource what `raii` or `await raii` takes. What can be disposed of at once is, as by `raii`.
   * @returns a promise where that takes time.
   * @throws what the acquisition throws, or rejects with it; nothing is then held for it.
   */
  acquire(resource: unknown): unknown {
    const { scope } = this;
    if (resource === null || resource === undefined) this.acquired = resource;
    else if (typeof disposeMethod(resource) === "function") this.acquired = scope.acquire(resource);
    else return maybeAsync(this.request(resource));
    return undefined;
  }

  private *request(resource: unknown): Steps<void> {
    const { scope } = this;
    for (let waits = scope.request(resource); waits; waits = scope.receive(yield scope.awaited));
    this.acquired = scope.handle;
  }

  /**
   * Releases all of it, each told the exit as those before it have left it (S5). Suppresses if one of them has.
   * @returns a promise where that takes time.
   * @throws the error that the scope it belongs to ends with, or rejects with it.
   */
  release(exit: Exit): unknown {
    return maybeAsync(this.unwind(exit));
  }

  private *unwind(exit: Exit): Steps<void> {
    const { scope } = this;
    this.handle = this.acquired = undefined!; // S10
    if (exit.kind === "failed") scope.fail(exit.error);
    while (scope.unwind(exit.kind === "cancelled")) {
      try {
        yield scope.awaited;
      } catch (error) {
        scope.fail(error);
      }
    }
    let isSuppressed: boolean;
    try {
      isSuppressed = scope.exit();
    } catch (error) {
      throw endedWith(exit, error);
    }
    if (isSuppressed && exit.kind === "failed") exit.suppress();
  }
}
