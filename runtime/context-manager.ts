import type { Exit } from "./exit.js";
import { isGenerator } from "./is-generator.js";
import { type Acquisition, Resource } from "./resource.js";
import { combineErrors } from "./suppressed-error.js";

/** The body of a context manager: it yields once, the handle. */
type Body<T> = Generator<T, unknown, unknown>;

class ContextManager<T> implements Resource<T> {
  constructor(
    private readonly start: () => Body<T>,
    readonly name: string,
  ) {}

  [Resource.acquire](): Acquisition<T> {
    const body = this.start();
    if (!isGenerator(body)) {
      throw new TypeError(
        `ts-raii: contextManager() takes a generator function (function*); ${this.name} is none`,
      );
    }
    const step = body.next();
    if (step.done === true)
      throw new Error(`ts-raii: the context manager ${this.name} ended without a yield`);
    return new ContextManagerAcquisition(step.value, body, this.name);
  }
}

class ContextManagerAcquisition<T> implements Acquisition<T> {
  constructor(
    readonly handle: T,
    private readonly body: Body<T>,
    private readonly name: string,
  ) {}

  release(exit: Exit): void {
    const step = this.resume(exit);
    if (step.done !== true) {
      const twice = new Error(
        `ts-raii: the context manager ${this.name} yielded twice; it yields once, the handle`,
      );
      try {
        this.body.return(undefined); // its `finally` blocks still run
      } catch (thrown) {
        throw combineErrors(thrown, twice, this);
      }
      throw twice;
    }
    if (exit.kind === "failed") exit.suppress(); // it was thrown the error and has not thrown it on
  }

  private resume(exit: Exit): IteratorResult<T, unknown> {
    switch (exit.kind) {
      case "succeeded":
        return this.body.next();
      case "failed":
        return this.body.throw(exit.error);
      case "cancelled":
        return this.body.return(exit.reason);
    }
  }
}

/**
 * Makes a resource of a generator function, as Python's `contextlib.contextmanager` does: what stands before its one
 * `yield` acquires, the yielded value is the handle, what stands after releases. An error of the scope is thrown at
 * the `yield`: use `try/finally` to release after it; to catch it and not rethrow suppresses it.
 *
 * @param body the generator function; `this` and the arguments reach it, anew for each acquisition.
 * Type parameters of `body` itself do not survive; its parameters, optional ones and defaults included, do.
 *
 * @returns a function that makes the resource; nothing runs until that is acquired.
 * @throws {TypeError} when `body` is not a function. An acquisition throws when the body ends without a yield, a
 *   release when it yields twice.
 * @example
 * const tempDir = contextManager(function* tempDir(prefix: string) {
 *   const path = mkdtempSync(join(tmpdir(), prefix));
 *   try { yield path; } finally { rmSync(path, { recursive: true }); }
 * });
 * const path = raii(tempDir("build-"));
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.contextmanager
 */
export function contextManager<F extends (this: any, ...args: never) => Body<unknown>>(
  body: F,
): (
  this: ThisParameterType<F>,
  ...args: Parameters<F>
) => Resource<ReturnType<F> extends Body<infer T> ? T : never> {
  if (typeof body !== "function") throw new TypeError("ts-raii: contextManager() takes a generator function");
  return function (this: unknown, ...args: Parameters<F>) {
    return new ContextManager(() => body.apply(this, args as never), body.name || "contextManager");
  } as ReturnType<typeof contextManager<F>>;
}
