import { AsyncFromSyncIterator, isObject, notAResult } from "./async-from-sync-iterator.js";
import { closeIfAbandoned } from "./close-if-abandoned.js";
import type { Leavable } from "./instructions.js";

/**
 * A `for await` of a program, where it cannot be one: the program is a plain generator. It calls the iterator as the
 * standard does (ForIn/OfBodyEvaluation, AsyncIteratorClose); the awaiting is the program's and its driver's.
 */
export class AsyncIteration implements Leavable {
  /** The value of this iteration. */
  value: unknown = undefined;
  /** What has to be awaited before it is closed. */
  awaited: unknown = undefined;

  private readonly iterator: Partial<AsyncIterator<unknown>>;
  private readonly nextMethod: unknown;
  /** Only the body closes the iterator by leaving the loop; one that has failed or ended is not closed. */
  private state: "advancing" | "body" | "closing" = "advancing";
  private hasFailed = false;
  private error: unknown = undefined;

  /** @throws what the standard's GetIterator throws. */
  constructor(iterable: object) {
    const { [Symbol.asyncIterator]: open } = iterable as Partial<AsyncIterable<unknown>>;
    if (open === undefined || open === null) {
      this.iterator = new AsyncFromSyncIterator(iterable);
    } else {
      const iterator: unknown = open.call(iterable as AsyncIterable<unknown>);
      if (!isObject(iterator))
        throw new TypeError("Result of the Symbol.asyncIterator method is not an object");
      this.iterator = iterator;
    }
    this.nextMethod = this.iterator.next;
  }

  /** Asks for the next result, which is to be awaited and handed to `takes`. */
  next(): unknown {
    this.state = "advancing";
    return closeIfAbandoned(this.iterator, (this.nextMethod as () => unknown).call(this.iterator));
  }

  /** @returns whether there is one more iteration, for `value`. */
  takes(result: unknown): boolean {
    if (!isObject(result)) throw notAResult(result);
    const { done } = result as Partial<IteratorResult<unknown>>;
    if (done) return false;
    this.value = (result as Partial<IteratorResult<unknown>>).value;
    this.state = "body";
    return true;
  }

  fail(error: unknown): void {
    if (this.hasFailed) return; // the body's error is the one that is thrown
    this.hasFailed = true;
    this.error = error;
  }

  unwind(): boolean {
    const isOpen = this.state === "body";
    this.state = "closing";
    this.value = this.awaited = undefined;
    if (!isOpen) return false;
    try {
      const { return: close } = this.iterator;
      if (close === undefined || close === null) return false;
      this.awaited = close.call(this.iterator);
      return true;
    } catch (thrown) {
      this.fail(thrown);
      return false;
    }
  }

  settle(result: unknown): void {
    if (this.state === "closing" && !isObject(result)) this.fail(notAResult(result));
  }

  exit(): false {
    if (this.hasFailed) throw this.error;
    return false;
  }
}
