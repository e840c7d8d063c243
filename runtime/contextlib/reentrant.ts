import type { Derived } from "../compose/derived.js";
import { nameOf } from "../core/describe.js";
import { endedWith, type Exit } from "../core/exit.js";
import type { Acquirable, Handle } from "../core/handle.js";
import { type Acquisition, Resource } from "../core/resource.js";
import { Scope } from "../core/scope.js";

class Reentrant implements Resource<unknown> {
  readonly name: string;
  private depth = 0;
  private handle: unknown = undefined;
  private scope: Scope | undefined = undefined;

  constructor(private readonly resource: unknown) {
    this.name = nameOf(Object(resource));
  }

  [Resource.acquire](): Acquisition<unknown> {
    if (this.depth === 0) {
      const scope = new Scope();
      this.handle = scope.acquire(this.resource);
      this.scope = scope;
    }
    this.depth++;
    return { handle: this.handle, release: (exit) => this.leave(exit) };
  }

  private leave(exit: Exit): void {
    if (--this.depth > 0) return;
    const scope = this.scope!;
    this.scope = this.handle = undefined; // S10
    if (exit.kind === "failed") scope.fail(exit.error);
    let isSuppressed: boolean;
    try {
      isSuppressed = scope.exit(exit.kind === "cancelled");
    } catch (error) {
      throw endedWith(exit, error);
    }
    if (isSuppressed && exit.kind === "failed") exit.suppress();
  }
}

/**
 * Declares that a resource can be acquired while it is held, as Python's `RLock` can: the outermost acquisition acquires it,
 * those nested in it are given the same handle, and the last one that is released releases it.
 *
 * It is for calls within calls. Async functions that overlap are not nested, and would share what one of them has acquired.
 *
 * @param resource what `raii` takes.
 * @returns the resource.
 * @throws the outermost acquisition what that of the resource throws; its release what the release throws.
 * @example
 * const transaction = reentrant(resource(() => db.begin(), (tx, exit) => tx.end(exit.kind === "succeeded")));
 * @see https://docs.python.org/3/library/contextlib.html#reentrant-context-managers
 */
export function reentrant<R extends Acquirable>(resource: R): Derived<R, Handle<R>> {
  return new Reentrant(resource) as unknown as Derived<R, Handle<R>>;
}
