import { Abandonment } from "../compose/abandonment.js";
import { combineFailures, type Failed } from "../compose/combine-failures.js";
import type { Composition } from "../compose/composition.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { onePerProcess } from "../core/one-per-process.js";
import type { Held } from "../core/scope.js";

/** Why one acquires no more when another one has failed; it adds nothing to that failure. */
const stopped = /* @__PURE__ */ onePerProcess(
  "stopped",
  /* @__PURE__ */ new Error("ts-raii: what was acquired beside it has failed"),
);

/**
 * Begins all acquisitions, in order, and waits for all of them, also where one fails: what is under way can not be
 * given up, only given back (property 35), but those that would try again do not. Where one fails at once, those after it
 * are not begun.
 *
 * They are held in the order in which they are given, whichever arrived first (property 36). So what is itself made of
 * others is held as one: acquired as by `acquireInto`, its parts would come to lie between those of the others.
 *
 * @returns the handles.
 * @throws the first failure, combined with those that came later.
 */
export function* acquireInParallel(
  resources: readonly unknown[],
  { scope }: Composition<unknown>,
): Steps<unknown[]> {
  const handles = new Array<unknown>(resources.length).fill(undefined);
  const held = new Array<Held | undefined>(resources.length).fill(undefined);
  const failed: Failed[] = [];
  const abandonment = new Abandonment();

  function* acquire(resource: unknown, index: number): Steps<void> {
    try {
      if (scope.begin(resource)) yield* scope.arrival();
      held[index] = scope.last;
      handles[index] = scope.handle;
    } catch (error) {
      if (error !== stopped) failed.push({ resource, error });
      abandonment.abandon(stopped);
    }
  }

  const below = scope.last;
  const pending: unknown[] = [];
  for (let index = 0; index < resources.length && failed.length === 0; index++) {
    const acquiring = abandonment.during(() => maybeAsync(acquire(resources[index], index)));
    if (isPromiseLike(acquiring)) pending.push(acquiring);
  }
  if (pending.length > 0) yield Promise.all(pending);
  scope.arrange(held, below);
  if (failed.length > 0) throw combineFailures(failed);
  return handles;
}
