import { isNewTo } from "../compose/acquisition-of.js";
import { Composition } from "../compose/composition.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import type { Exit } from "../core/exit.js";
import { resource } from "../core/function-resource.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import type { KeptErrors } from "./kept-errors.js";
import type { SharedCell } from "./shared-cell.js";

/**
 * Ends what an owner of shared resources has: closes all of it, releases what is idle, in reverse, each told the exit as
 * the releases before it have left it (S5), waits for what is still lent, and throws what has failed unseen.
 *
 * @returns a promise where that takes time. A scope that does not await it (`raii` without `await`) loses no error: where
 *   nothing but the waiting takes time, all of them are thrown before.
 */
export function endShared(cells: readonly SharedCell[], errors: KeptErrors, exit: Exit): unknown {
  for (const cell of cells) cell.close();
  return maybeAsync(end(cells, errors, exit));
}

function* end(cells: readonly SharedCell[], errors: KeptErrors, exit: Exit): Steps<void> {
  const idle = new Composition<void>();
  const nothing = (): void => {};
  idle.acquire(resource(nothing, () => errors.rethrow(), "what was shared"));
  for (const cell of cells) idle.acquire(resource(nothing, (_, seen) => cell.releaseIdle(seen), cell.name));
  const isNew = isNewTo(exit);
  let isAwaited = cells.some((cell) => cell.takesTime);
  try {
    const releasing = idle.release(exit);
    isAwaited ||= isPromiseLike(releasing);
    yield releasing;
  } catch (error) {
    if (isNew(error)) {
      if (!isAwaited) throw error;
      errors.keep(error, idle);
    }
  }
  for (const cell of cells) yield* cell.emptied();
  errors.rethrow();
}
