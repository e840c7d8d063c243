import { acquireInto, Composed } from "../compose/composed.js";
import type { Composition } from "../compose/composition.js";
import type { Derived } from "../compose/derived.js";
import type { Steps } from "../compose/maybe-async.js";
import { asyncDisposeMethod } from "../core/async-scope.js";
import { describe } from "../core/describe.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { Resource } from "../core/resource.js";
import { disposeMethod } from "../core/scope.js";
import { acquireInParallel } from "./acquire-in-parallel.js";
import { listOf } from "./list-of.js";

/** How {@link all} acquires. */
export interface AllOptions {
  /** Begins all acquisitions together; by default each is begun when the one before it is there. */
  readonly parallel?: boolean | undefined;
}

/** The handles of a tuple, an array or a record of resources. */
export type AsyncHandles<R> = { -readonly [K in keyof R]: AsyncHandle<R[K]> };

function* acquireInOrder(resources: readonly unknown[], composition: Composition<unknown>): Steps<unknown[]> {
  const handles: unknown[] = [];
  for (const resource of resources) {
    yield acquireInto(composition, resource);
    handles.push(composition.acquired);
  }
  return handles;
}

/**
 * Makes one resource of many: all are acquired, or none. Their number is only known at run time, and may be any.
 *
 * They are released one after the other, in reverse of the order in which they are given, also those that were acquired
 * in parallel. When an acquisition fails, what was acquired is released; in parallel, once those under way are there.
 *
 * @param resources an array or tuple, another iterable, or a record, of what `raii` or `await raii` takes; read once, by
 *   this call. With an asynchronous one among them the result is asynchronous.
 * @param options `{ parallel: true }` begins all acquisitions together.
 * @returns the resource, whose handle holds theirs in the same form; nothing runs until it is acquired.
 * @throws {TypeError} when `resources` is none of these. The acquisition throws what that of one of them throws; in
 *   parallel the first failure, combined with the others in a SuppressedError.
 * @example
 * const [source, target] = raii(all([openFile("a", "r"), openFile("b", "w")]));
 * @example
 * const { db, cache } = await raii(all({ db: connect(url), cache: redis(host) }, { parallel: true }));
 * @see https://typelevel.org/cats-effect/docs/std/resource
 */
export function all<R extends readonly AsyncAcquirable[] | []>(
  resources: R,
  options?: AllOptions,
): Derived<R[number], AsyncHandles<R>>;
export function all<R extends AsyncAcquirable>(
  resources: Iterable<R>,
  options?: AllOptions,
): Derived<R, AsyncHandle<R>[]>;
export function all<R extends Readonly<Record<string, AsyncAcquirable>>>(
  resources: R,
  options?: AllOptions,
): Derived<R[keyof R], AsyncHandles<R>>;
export function all(resources: object, { parallel = false }: AllOptions = {}): unknown {
  const list = listOf(resources);
  if (list === undefined && !isRecord(resources))
    throw new TypeError(
      `ts-raii: all(resources) takes an array, an iterable or a record of resources, and was given ${describe(resources)}`,
    );
  const keys = list ? undefined : Object.keys(resources);
  const values = list ?? Object.values(resources);
  const steps = parallel ? acquireInParallel : acquireInOrder;
  return new Composed("all", function* (composition) {
    const handles = yield* steps(values, composition);
    return keys === undefined ? handles : Object.fromEntries(keys.map((key, at) => [key, handles[at]]));
  });
}

/** An object that is no resource itself: of one, `all(resource)`, somebody has forgotten the brackets. */
function isRecord(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !(Resource.acquire in value || isPromiseLike(value) || asyncDisposeMethod(value) || disposeMethod(value))
  );
}
