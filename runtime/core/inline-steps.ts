import type { Held } from "./scope.js";
import { AsyncFromSyncIterator, isObject } from "./async-from-sync-iterator.js";
import { BlockScope, MaskedScope } from "./masked-scope.js";
import { processState } from "./process-state.js";

/*
 * What emitted async functions call that are lowered inline. They do not go through a driver, so they say themselves where they
 * begin, wait and end. Where nothing meets a cancel scope, each of these is one look at a variable.
 */

/** Begins a call of the function. */
export function begin(): void {
  processState.context?.begin();
}

/** Ends it. */
export function end(): void {
  processState.context?.activation.end();
}

/** @returns what is to be awaited at once for `await value`. */
export function suspended(value: unknown): unknown {
  const { context } = processState;
  return context === undefined ? value : context.activation.await(value);
}

/** Whether what is acquired or released now has to be masked. */
export function isScoped(): boolean {
  return processState.context !== undefined;
}

/**
 * What a `for await` is to iterate instead: the loop awaits what its methods return, at once.
 * @param always also where there is no cancel scope yet: one may be opened in the loop, and outlive it.
 */
export function iterated(iterable: object, always?: boolean): object {
  return always !== true && processState.context === undefined ? iterable : new Iterated(iterable);
}

class Iterated {
  constructor(private readonly iterable: object) {}

  [Symbol.asyncIterator](): IteratedSteps {
    const { iterable } = this;
    const open: unknown = (iterable as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
    if (open === undefined || open === null) return new IteratedSteps(new AsyncFromSyncIterator(iterable));
    const iterator: unknown = (open as () => unknown).call(iterable);
    if (!isObject(iterator))
      throw new TypeError("Result of the Symbol.asyncIterator method is not an object");
    return new IteratedSteps(iterator);
  }
}

type Result = Promise<IteratorResult<unknown>>;

class IteratedSteps {
  private readonly nextMethod: unknown;

  constructor(private readonly iterator: Partial<AsyncIterator<unknown>>) {
    this.nextMethod = iterator.next;
  }

  next(): Result {
    return suspended((this.nextMethod as () => unknown).call(this.iterator)) as Result;
  }

  /** Read where the standard reads it. */
  get return(): (() => Result) | undefined {
    const { iterator } = this;
    const { return: close } = iterator;
    return close === undefined || close === null
      ? undefined
      : () => suspended((close as () => unknown).call(iterator)) as Result;
  }
}

/** As `hold`, in an async function. */
export function holdMasked(
  value: unknown,
  read: unknown,
  scope: MaskedScope = new BlockScope(),
): MaskedScope {
  scope.handle = scope.acquireRead(value, read);
  return scope;
}

/** As `failed`, in an async function. */
export function failedMasked(held: unknown, dispose: unknown, error: unknown): MaskedScope {
  let scope = held as BlockScope;
  if (dispose !== BlockScope.prototype.exit) {
    scope = new BlockScope();
    scope.top = {
      subject: held as object,
      dispose: dispose as Held["dispose"],
      acquisition: undefined,
      below: undefined,
    };
  }
  scope.fail(error);
  return scope;
}
