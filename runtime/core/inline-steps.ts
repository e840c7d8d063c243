import { AsyncFromSyncIterator, isObject } from "./async-from-sync-iterator.js";
import { closeIfAbandoned } from "./close-if-abandoned.js";
import type { GeneratorSteps } from "./generator-steps.js";
import { BlockScope, MaskedScope } from "./masked-scope.js";
import type { Held } from "./scope.js";
import { stepping } from "./step.js";

/*
 * What emitted async functions call that are lowered inline. They do not go through a driver, so they say themselves where they
 * begin, wait and end. Where nothing meets a cancel scope, each of these is one look at a variable.
 */

/** Begins a call of the function. */
export function begin(): void {
  stepping.context?.begin();
}

/** Ends it. */
export function end(): void {
  stepping.context?.activation.end();
}

/** @returns what is to be awaited at once for `await value`. */
export function suspended(value: unknown): unknown {
  const { context } = stepping;
  return context === undefined ? value : context.activation.await(value);
}

/** Whether what is acquired or released now has to be masked. */
export function isScoped(): boolean {
  return stepping.context !== undefined;
}

/**
 * What a `for await` is to iterate instead: the loop awaits what its methods return, at once.
 * @param steps also where there is no cancel scope yet: one may be opened in the loop, and outlive it, which is `true`; or it
 *   stands in a generator, which is entered where the loop closes the iterator because the generator is closed.
 */
export function iterated(iterable: object, steps?: GeneratorSteps | true): object {
  return steps === undefined && stepping.context === undefined
    ? iterable
    : new Iterated(iterable, steps === true ? undefined : steps);
}

class Iterated {
  constructor(
    private readonly iterable: object,
    private readonly steps: GeneratorSteps | undefined,
  ) {}

  [Symbol.asyncIterator](): IteratedSteps {
    const { iterable, steps } = this;
    const open: unknown = (iterable as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
    if (open === undefined || open === null)
      return new IteratedSteps(new AsyncFromSyncIterator(iterable), steps);
    const iterator: unknown = (open as () => unknown).call(iterable);
    if (!isObject(iterator))
      throw new TypeError("Result of the Symbol.asyncIterator method is not an object");
    return new IteratedSteps(iterator, steps);
  }
}

type Result = Promise<IteratorResult<unknown>>;

class IteratedSteps {
  private readonly nextMethod: unknown;

  constructor(
    private readonly iterator: Partial<AsyncIterator<unknown>>,
    private readonly steps: GeneratorSteps | undefined,
  ) {
    this.nextMethod = iterator.next;
  }

  next(): Result {
    const { iterator } = this;
    const result = (this.nextMethod as () => unknown).call(iterator);
    return suspended(closeIfAbandoned(iterator, result)) as Result;
  }

  /** Read where the standard reads it. */
  get return(): (() => Result) | undefined {
    const { iterator } = this;
    this.steps?.enters();
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
