import type { Derived } from "../compose/derived.js";
import { requireFunction } from "../compose/require-function.js";
import { nameOf } from "../core/describe.js";
import type { Exit } from "../core/exit.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { FlatMap } from "./flat-map.js";

/** Is acquired before the resource, and so released after it. */
class OnExit implements AsyncResource<void> {
  constructor(
    private readonly action: (exit: Exit) => unknown,
    readonly name: string,
  ) {}

  [Resource.acquire](): Acquisition<void> {
    const { action } = this;
    return { handle: undefined, release: (exit) => action(exit) };
  }
}

/**
 * Does something after the release of a resource, also when the acquisition has failed: says how it went, counts,
 * cleans up what the resource leaves behind.
 *
 * @param resource what `raii` or `await raii` takes; with an asynchronous one the result is asynchronous.
 * @param action is told how the scope ended, as the release of the resource has left it (S5); a failed acquisition is a
 *   failure. What it returns is awaited, if it is a promise, which makes the result asynchronous. It is a release as any:
 *   what it throws is combined, and `exit.suppress()` suppresses, though not a failed acquisition.
 * @returns the resource, with the same handle; nothing runs until it is acquired.
 * @throws {TypeError} when `action` is not a function.
 * @example
 * const timed = onExit(connection(url), (exit) => metrics.count(exit.kind));
 * @see https://typelevel.org/cats-effect/api/3.x/cats/effect/kernel/Resource.html onFinalizeCase
 */
export function onExit<R extends AsyncAcquirable, F>(
  resource: R,
  action: (exit: Exit) => F,
): Derived<R, AsyncHandle<R>, F> {
  requireFunction(action, "onExit(resource, action)");
  const last = new OnExit(action, action.name || "onExit");
  return new FlatMap(last, () => resource, nameOf(Object(resource))) as unknown as Derived<
    R,
    AsyncHandle<R>,
    F
  >;
}
