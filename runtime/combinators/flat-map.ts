import { acquireInto, Composed } from "../compose/composed.js";
import type { Composition } from "../compose/composition.js";
import type { Derived } from "../compose/derived.js";
import type { Steps } from "../compose/maybe-async.js";
import { requireFunction } from "../compose/require-function.js";
import { nameOf } from "../core/describe.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";

/** Stands for a handle in a chain of {@link flatMap}: there is nothing to acquire, nor to release. */
export class Pure {
  constructor(readonly handle: unknown) {}
}

/** The same, of a value that may be a promise of the handle. */
export class Eventual {
  constructor(readonly value: unknown) {}
}

type Next = (handle: any) => unknown;

export class FlatMap extends Composed<unknown> {
  constructor(
    readonly source: unknown,
    readonly next: Next,
    // Of an object only, so that a name is a lookup and not a walk along the chain.
    name = nameOf(Object(source)),
  ) {
    super(name, (composition) => acquireChain(this, composition));
  }
}

/** Chains of any depth are acquired by a loop with a stack of its own (S9), whichever way they are nested. */
function* acquireChain(chain: FlatMap, composition: Composition<unknown>): Steps<unknown> {
  const pending: Next[] = [];
  for (let link: unknown = chain; ;) {
    for (; link instanceof FlatMap; link = link.source) pending.push(link.next);
    let handle: unknown;
    if (link instanceof Pure) handle = link.handle;
    else if (link instanceof Eventual) handle = yield link.value;
    else {
      yield acquireInto(composition, link);
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
 * @throws {TypeError} when `next` is not a function. The acquisition throws what those of the two throw, or `next`;
 *   what it has acquired is then released, told so, and can not suppress that.
 * @example
 * const sheet = flatMap(openFile("a.csv"), (file) => lockOf(file));
 * @see https://typelevel.org/cats-effect/docs/std/resource
 */
export function flatMap<R extends AsyncAcquirable, S extends AsyncAcquirable>(
  resource: R,
  next: (handle: AsyncHandle<R>) => S,
): Derived<R | S, AsyncHandle<S>> {
  requireFunction(next, "flatMap(resource, next)");
  return new FlatMap(resource, next) as unknown as Derived<R | S, AsyncHandle<S>>;
}
