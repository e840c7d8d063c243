import { Composition } from "../compose/composition.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import { acquireAsync } from "../core/acquire-async.js";
import { awaited } from "../core/awaited.js";
import { describe } from "../core/describe.js";
import { type Exit, Failure, succeeded } from "../core/exit.js";
import type { Acquirable, AsyncAcquirable } from "../core/handle.js";
import { type AsyncResource, Resource } from "../core/resource.js";
import { runAsync } from "../core/run-async.js";
import { isClass } from "./is-class.js";

type Callable = (this: any, ...args: any) => unknown;

/** Stands for a function that cannot be called within the resource, and says why. */
interface Refused<Why extends string> {
  readonly "within() cannot take it": Why;
}

/** Accepts `F` around which an `R` is acquired that is made of arguments `A`. */
type Accepted<F extends Callable, R, A extends unknown[]> =
  IsAnyOrNever<ReturnType<F>> extends true
    ? F
    : ReturnType<F> extends Generator<any, any, any> | AsyncGenerator<any, any, any>
      ? Refused<"a generator runs when it is read; acquire in its body">
      : ((...args: A) => void) extends (...args: Parameters<F>) => void
        ? [R] extends [Acquirable]
          ? F
          : ReturnType<F> extends PromiseLike<unknown>
            ? F
            : Refused<"the resource is asynchronous, and the function is not">
        : Refused<"the resource is made of other arguments">;

type IsAnyOrNever<T> = 0 extends 1 & T ? true : [T] extends [never] ? true : false;

/** Gives the function with a resource around each call; as a decorator, of a method, getter or setter. */
export type Within<R, A extends unknown[]> = <F extends Callable>(
  fn: Accepted<F, R, A>,
  context?: { readonly kind: "method" | "getter" | "setter" },
) => F;

/**
 * Puts a resource around each call of a function: acquired before, released after, told how the call ended, and able to
 * suppress its error (the call then gives `undefined`). The function keeps its type, name, length, `this` and arguments. A
 * function that returns a promise is held until that has settled. It is Python's `ContextDecorator`.
 *
 * @param resource a resource, acquired anew for each call; or a function that makes it, of the `this` and the arguments of
 *   the call: a Disposable, which can be released once only, is always made. An asynchronous one is for functions that
 *   return a promise.
 * @returns a function that takes the function, and is a decorator.
 * @throws {TypeError} for what is no resource, and for what is no function to be called: a class, a generator function. A call
 *   throws what the acquisition or the function throws; with an error of the release, a SuppressedError that holds both. An
 *   async function rejects with it.
 * @example
 * const load = within(timer("load"))(async (url: string) => (await fetch(url)).json());
 * @example
 * class Accounts {
 *   @within((from: string) => lockOf(from))
 *   withdraw(from: string, amount: number): void { … }
 * }
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.ContextDecorator
 */
export function within<R extends AsyncResource<unknown>>(resource: R): Within<R, []>;
export function within<A extends unknown[], R extends AsyncAcquirable>(
  resource: (this: any, ...args: A) => R,
): Within<R, A>;
export function within(resource: Callable | AsyncResource<unknown>): Within<any, any> {
  const isResource = typeof resource?.[Resource.acquire as never] === "function";
  if (!isResource && typeof resource !== "function") {
    throw new TypeError(
      `ts-raii: within() takes a resource, or a function that makes one; ${describe(resource)} is none, or can be released only once`,
    );
  }
  const make = isResource ? () => resource : (resource as Callable);
  return (fn, context) => {
    checkCallable(fn, context);
    const { wrapper } = tagOf(fn) === "AsyncFunction" ? aroundAsync(make, fn) : around(make, fn);
    for (const key of ["name", "length"] as const) {
      Object.defineProperty(wrapper, key, { value: fn[key], configurable: true });
    }
    return wrapper as never;
  };
}

/** @throws {TypeError} for what cannot be called, or runs only when it is read. */
function checkCallable(fn: unknown, context: unknown): asserts fn is Callable {
  const kind = (context as { kind?: unknown } | undefined)?.kind ?? "method";
  const isMethod = kind === "method" || kind === "getter" || kind === "setter";
  if (typeof fn !== "function" || isClass(fn) || !isMethod) {
    const what = isMethod ? describe(fn) : `"${String(kind)}"`;
    throw new TypeError(
      `ts-raii: within() is for functions, methods, getters and setters (by standard decorators); ${what} is none`,
    );
  }
  if (tagOf(fn).endsWith("GeneratorFunction")) {
    throw new TypeError(
      `ts-raii: within() is not for generators: ${fn.name} runs only when it is read. Acquire in its body, by raii()`,
    );
  }
}

const tagOf = (fn: Function) => String((fn as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]);

/** Methods, as they have a `this` and cannot be called by `new`. */
function around(make: Callable, fn: Callable) {
  return {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      return maybeAsync(call(make, fn, this, args));
    },
  };
}

/** It rejects, and throws nothing, whatever fails. */
function aroundAsync(make: Callable, fn: Callable) {
  return {
    async wrapper(this: unknown, ...args: unknown[]): Promise<unknown> {
      const self = this;
      return runAsync(function* () {
        yield* acquireAsync(make.apply(self, args) as AsyncAcquirable);
        return yield* awaited(fn.apply(self, args));
      });
    },
  };
}

function* call(make: Callable, fn: Callable, self: unknown, args: unknown[]): Steps<unknown> {
  const composition = new Composition();
  let exit: Exit = succeeded;
  let result: unknown;
  try {
    yield composition.acquire(make.apply(self, args));
    result = yield fn.apply(self, args);
  } catch (error) {
    exit = new Failure(error);
  }
  yield composition.release(exit); // throws the error again, unless it is suppressed
  return exit.kind === "failed" ? undefined : result;
}
