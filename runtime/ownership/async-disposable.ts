import { asyncDisposeKey, AsyncScope } from "../core/async-scope.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";

/** What {@link asyncDisposable} gives: one acquisition, which `await using` releases. */
export interface AsyncDisposableHandle<out T> extends AsyncDisposable {
  readonly handle: T;
  /**
   * Says that all has gone well: the release, when it comes, is told `succeeded`, and a transaction commits. Without this
   * call the release is told `cancelled`. After the release has begun the call does nothing.
   */
  succeed(): void;
}

/**
 * Acquires a resource for code that ts-raii does not compile, and gives an AsyncDisposable of it, for `await using`.
 *
 * **`await using` does not tell how the block has ended.** So the release is told `cancelled`, unless `succeed()` was called:
 * a transaction rolls back, a stream is destroyed and not ended, a child process is stopped. Where the release must be told
 * the error, use {@link runAsync} or `AsyncExitStack.run`, which know it.
 *
 * @param resource what `await raii` takes: a Disposable of either kind, a resource of either kind, a promise of one, or
 *   nothing.
 * @returns a promise of an AsyncDisposable with the `handle`. However often it is disposed of, the resource is released once.
 *   Whoever disposes of it again during the release waits for its end.
 * @throws what the acquisition throws; a TypeError for what is no resource. Its dispose method rejects with what the release
 *   throws.
 * @example
 * await using tx = await asyncDisposable(transaction(pool));
 * await tx.handle.query("delete from sessions");
 * tx.succeed(); // it commits at the end of the block, and would roll back if the query failed
 */
export async function asyncDisposable<R extends AsyncAcquirable>(
  resource: R,
): Promise<AsyncDisposableHandle<AsyncHandle<R>>> {
  const scope = new AsyncScope();
  for (let waits = scope.request(resource); waits; waits = scope.receive(await scope.awaited));
  let state: "held" | "succeeded" | "released" = "held";
  let releasing: Promise<void> | undefined;
  const release = async (isCancelled: boolean): Promise<void> => {
    try {
      while (scope.unwind(isCancelled)) {
        try {
          await scope.awaited;
        } catch (error) {
          scope.fail(error);
        }
      }
      scope.exit();
    } finally {
      releasing = undefined; // S10: it may hold an error
    }
  };
  return {
    handle: scope.handle as AsyncHandle<R>,
    succeed() {
      if (state === "held") state = "succeeded";
    },
    [asyncDisposeKey()]() {
      if (state === "released") return releasing ?? Promise.resolve();
      const isCancelled = state === "held";
      state = "released";
      return (releasing = release(isCancelled));
    },
  };
}
