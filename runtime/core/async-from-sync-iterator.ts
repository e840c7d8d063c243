/** A synchronous iterable of promises as an asynchronous iterator: the standard's %AsyncFromSyncIterator%, tick for tick. */
export class AsyncFromSyncIterator implements Partial<AsyncIterator<unknown>> {
  private readonly iterator: Partial<Iterator<unknown>>;
  private readonly nextMethod: unknown;

  /** @throws what the standard's GetIterator throws. */
  constructor(iterable: object) {
    const open: unknown = (iterable as Partial<Iterable<unknown>>)[Symbol.iterator];
    if (typeof open !== "function") throw new TypeError(`${describeType(iterable)} is not async iterable`);
    const iterator: unknown = open.call(iterable);
    if (!isObject(iterator)) throw new TypeError("Result of the Symbol.iterator method is not an object");
    this.iterator = iterator;
    this.nextMethod = this.iterator.next;
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.resultOf(() => (this.nextMethod as () => unknown).call(this.iterator), true);
  }

  return(): Promise<IteratorResult<unknown>> {
    try {
      const { return: close } = this.iterator;
      if (close === undefined || close === null) return Promise.resolve({ value: undefined, done: true });
      return this.resultOf(() => close.call(this.iterator), false);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A result whose value has been awaited; where that is rejected, the iterator can be told that it is over. */
  private resultOf(call: () => unknown, closes: boolean): Promise<IteratorResult<unknown>> {
    try {
      const result = call();
      if (!isObject(result)) throw notAResult(result);
      const { done, value } = result as IteratorResult<unknown>;
      const settled = Promise.resolve(value);
      return settled.then(
        (awaited) => ({ value: awaited, done: Boolean(done) }) as IteratorResult<unknown>,
        closes && !done ? (error: unknown) => this.close(error) : undefined,
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Closes the iterator because a promise it gave was rejected. @throws the rejection, whatever closing does. */
  private close(error: unknown): never {
    try {
      this.iterator.return?.();
    } catch {}
    throw error;
  }
}

function describeType(value: unknown): string {
  return isObject(value) ? "The object" : String(value);
}

/** What the standard's IteratorNext throws. */
export function notAResult(result: unknown): TypeError {
  return new TypeError(`Iterator result ${String(result)} is not an object`);
}

export function isObject(value: unknown): value is object {
  return Object(value) === value;
}
