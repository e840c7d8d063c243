import type { Acquirable, Handle } from "../core/handle.js";
import type { Resource } from "../core/resource.js";
import { disposeKey, Scope } from "../core/scope.js";

/** What {@link disposable} gives: one acquisition, which `using` releases. */
export interface DisposableHandle<out T> extends Disposable {
  readonly handle: T;
  /**
   * Says that all has gone well: the release, when it comes, is told `succeeded`, and a transaction commits. Without this
   * call the release is told `cancelled`. After the release the call does nothing.
   */
  succeed(): void;
}

/**
 * Acquires a resource for code that ts-raii does not compile, and gives a Disposable of it, for `using`.
 *
 * **`using` does not tell how the block has ended.** So the release is told `cancelled`, unless `succeed()` was called: a
 * transaction rolls back, a stream is destroyed and not ended, a child process is stopped. (If it were told `succeeded`, a
 * transaction would commit what a failed block has left half done.) A release that does the same for every exit, as that of
 * a lock or a temporary folder, needs no `succeed()`. Where the release must be told the error, use {@link run} or
 * `ExitStack.run`, which know it.
 *
 * @param resource what `raii` takes: a Disposable, a Resource, or nothing.
 * @returns a Disposable with the `handle`, which is what `raii` would give: for a `Resource<T>` the `T`, else the value itself.
 *   However often it is disposed of, the resource is released once.
 * @throws what the acquisition throws; a TypeError for what is no resource, or takes time to acquire. Its dispose method
 *   throws what the release throws.
 * @example
 * using folder = disposable(tempDir("import-"));
 * unpack(archive, folder.handle);
 * @example
 * using tx = disposable(transactionSync(db));
 * tx.handle.exec("delete from sessions");
 * tx.succeed(); // it commits at the end of the block, and would roll back if `exec` threw
 */
export function disposable<R extends Disposable | null | undefined>(resource: R): DisposableHandle<R>;
export function disposable<T>(resource: Resource<T>): DisposableHandle<T>;
export function disposable<R extends Acquirable>(resource: R): DisposableHandle<Handle<R>>;
export function disposable(resource: unknown): DisposableHandle<unknown> {
  const scope = new Scope();
  let state: "held" | "succeeded" | "released" = "held";
  return {
    handle: scope.acquire(resource),
    succeed() {
      if (state === "held") state = "succeeded";
    },
    [disposeKey()]() {
      if (state === "released") return;
      const isCancelled = state === "held";
      state = "released";
      scope.exit(isCancelled);
    },
  } as DisposableHandle<unknown>;
}
