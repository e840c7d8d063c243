import { nameOf } from "../describe.js";
import type { AsyncAcquirable, AsyncHandle } from "../handle.js";
import { Composed } from "./composed.js";
import type { Composition } from "./composition.js";
import type { Derived } from "./derived.js";
import type { Steps } from "./maybe-async.js";

/** Stands for a value in a chain of {@link flatMap}: the handle is there, and nothing to release. */
export class Pure {
  constructor(readonly value: unknown) {}
}

type Next = (handle: any) => unknown;

export class FlatMap extends Composed<unknown> {
  constructor(
    readonly source: unknown,
    readonly next: Next,
  ) {
    // Of an object only, so that a name is a lookup and not a walk along the chain.
    super(nameOf(Object(source)), (composition) => acquireChain(this, composition));
  }
}

/** Chains of any depth are acquired by a loop with a stack of its own (S9), whichever way they are nested. */
function* acquireChain(chain: FlatMap, composition: Composition<unknown>): Steps<unknown> {
  const pending: Next[] = [];
  for (let link: unknown = chain; ;) {
    for (; link instanceof FlatMap; link = link.source) pending.push(link.next);
    let handle: unknown;
    if (link instanceof Pure) handle = yield link.value;
    else {
      yield composition.acquire(link);
      handle = composition.acquired;
    }
    const next = pending.pop();
    if (next === undefined) return handle;
    link = next(handle);
  }
}

/**
 * Acquires one resource with the handle of another: `next` makes it. Released in reverse.
 *
 * @param resource what `raii` or `await raii` takes; with an asynchronous one the result is asynchronous.
 * @param next is given its handle and returns the resource whose handle is that of the result, or a promise of it.
 * @returns the resource; nothing runs until it is acquired.
 * @throws {TypeError} when `next` is not a function. The acquisition throws what those of the two throw, or `next`.
 * @example
 * const sheet = flatMap(openFile("a.csv"), (file) => lockOf(file));
 * @see https://typelevel.org/cats-effect/docs/std/resource
 */
export function flatMap<R extends AsyncAcquirable, S extends AsyncAcquirable>(
  resource: R,
  next: (handle: AsyncHandle<R>) => S,
): Derived<R | S, AsyncHandle<S>> {
  if (typeof next !== "function") throw new TypeError("ts-raii: flatMap(resource, next) takes a function");
  return new FlatMap(resource, next) as unknown as Derived<R | S, AsyncHandle<S>>;
}
