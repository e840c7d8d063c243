import { isObject } from "./async-from-sync-iterator.js";
import type { Activation } from "./step.js";
import { stepping } from "./step.js";

/**
 * Where an async generator stands, for cancel scopes. It is called by each `next()` anew, and runs under the scope where that is
 * called. At a yield it runs under none. Its consumer can also make it go on by `return()` and `throw()`, in a `catch` or a
 * `finally`: so these enter it as well.
 */
export class GeneratorSteps {
  private isSuspended = false;
  private activation: Activation | undefined = stepping.context?.begin();

  /** @returns what is to be yielded, at once. */
  yields(value?: unknown): unknown {
    this.isSuspended = true;
    this.activation = stepping.context?.activation;
    return this.activation === undefined ? value : this.activation.pause(value, never);
  }

  /** Goes on after a yield. @returns what it gave. */
  resumes(sent: unknown): unknown {
    this.enters(true);
    return sent;
  }

  /** Goes on, if it has not yet. @param isAsked by `next()`. */
  enters(isAsked = false): void {
    if (!this.isSuspended) return;
    this.isSuspended = false;
    if (this.activation === undefined) this.activation = stepping.context?.begin();
    else this.activation.goOnAt(stepping.context, isAsked);
  }

  /** @returns what `yield*` is to delegate to instead. */
  delegates(iterable: object): object {
    return new Delegated(this, iterable);
  }

  /** Calls an iterator that it delegates to. */
  calls(call: () => unknown): unknown {
    this.enters();
    let result: unknown;
    try {
      result = call();
    } finally {
      this.isSuspended = true;
      this.activation = stepping.context?.activation;
    }
    return this.activation === undefined ? result : this.activation.pause(result, isDone);
  }

  /** Ends it. */
  end(): void {
    this.enters();
    stepping.context?.activation.end();
  }
}

const never = (): boolean => false;
const isDone = (result: unknown): boolean =>
  !isObject(result) || Boolean((result as { done?: unknown }).done);

type Method = ((value?: unknown) => unknown) | undefined;

/** An iterable that is asked where the generator runs which delegates to it. A synchronous one is left as it is. */
class Delegated {
  readonly [Symbol.asyncIterator]: (() => object) | undefined;

  constructor(
    steps: GeneratorSteps,
    private readonly iterable: object,
  ) {
    const open: unknown = (iterable as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
    if (open === undefined || open === null) this[Symbol.asyncIterator] = undefined;
    else
      this[Symbol.asyncIterator] = () => {
        const iterator: unknown = (open as () => unknown).call(iterable);
        if (!isObject(iterator))
          throw new TypeError("Result of the Symbol.asyncIterator method is not an object");
        return new DelegatedSteps(steps, iterator);
      };
  }

  [Symbol.iterator](): unknown {
    return (this.iterable as Iterable<unknown>)[Symbol.iterator]();
  }
}

class DelegatedSteps {
  private readonly nextMethod: Method;

  constructor(
    private readonly steps: GeneratorSteps,
    private readonly iterator: { next?: Method; return?: Method; throw?: Method },
  ) {
    this.nextMethod = iterator.next;
  }

  next(value: unknown): unknown {
    const { iterator, nextMethod } = this;
    return this.steps.calls(() => (nextMethod as NonNullable<Method>).call(iterator, value));
  }

  /** Read where the standard reads them. */
  get return(): Method {
    return this.of(this.iterator.return);
  }

  get throw(): Method {
    return this.of(this.iterator.throw);
  }

  private of(method: Method | null): Method {
    if (method === undefined || method === null) return undefined;
    return (value) => this.steps.calls(() => method.call(this.iterator, value));
  }
}
