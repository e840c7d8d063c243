import type { Exit } from "../core/exit.js";
import { isAsyncGenerator, isGenerator } from "../core/is-generator.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { combineErrors } from "../core/suppressed-error.js";

/** The body of a context manager: it yields once, the handle. */
type Body<T> = Generator<T, unknown, unknown>;
type AsyncBody<T> = AsyncGenerator<T, unknown, unknown>;

class ContextManager implements AsyncResource<unknown> {
  constructor(
    private readonly start: () => unknown,
    readonly name: string,
  ) {}

  [Resource.acquire](): Acquisition<unknown> | Promise<Acquisition<unknown>> {
    const body = this.start();
    if (isGenerator(body)) return this.begin(body, body.next());
    if (isAsyncGenerator(body)) return body.next().then((step) => this.begin(body, step));
    throw new TypeError(
      `ts-raii: contextManager() takes a generator function (function*, async function*); ${this.name} is none`,
    );
  }

  private begin(
    body: Body<unknown> | AsyncBody<unknown>,
    step: IteratorResult<unknown>,
  ): Acquisition<unknown> {
    if (step.done === true)
      throw new Error(`ts-raii: the context manager ${this.name} ended without a yield`);
    return isGenerator(body)
      ? new ContextManagerAcquisition(step.value, body, this.name)
      : new AsyncContextManagerAcquisition(step.value, body, this.name);
  }
}

class ContextManagerAcquisition implements Acquisition<unknown> {
  constructor(
    readonly handle: unknown,
    private readonly body: Body<unknown>,
    private readonly name: string,
  ) {}

  release(exit: Exit): void {
    const step = resume(this.body, exit);
    if (step.done !== true) {
      const twice = yieldedTwice(this.name);
      try {
        this.body.return(undefined); // its `finally` blocks still run
      } catch (thrown) {
        throw combineErrors(thrown, twice, this);
      }
      throw twice;
    }
    if (exit.kind === "failed") exit.suppress(); // it was thrown the error and has not thrown it on
  }
}

/** The same, awaited. */
class AsyncContextManagerAcquisition implements Acquisition<unknown> {
  constructor(
    readonly handle: unknown,
    private readonly body: AsyncBody<unknown>,
    private readonly name: string,
  ) {}

  async release(exit: Exit): Promise<void> {
    const step = await resume(this.body, exit);
    if (step.done !== true) {
      const twice = yieldedTwice(this.name);
      try {
        await this.body.return(undefined);
      } catch (thrown) {
        throw combineErrors(thrown, twice, this);
      }
      throw twice;
    }
    if (exit.kind === "failed") exit.suppress();
  }
}

/** Tells the body how the scope ended, as a `with` statement does in Python. */
function resume<Step>(
  body: { next(): Step; throw(error: unknown): Step; return(value: unknown): Step },
  exit: Exit,
): Step {
  switch (exit.kind) {
    case "succeeded":
      return body.next();
    case "failed":
      return body.throw(exit.error);
    case "cancelled":
      return body.return(exit.reason);
  }
}

function yieldedTwice(name: string): Error {
  return new Error(`ts-raii: the context manager ${name} yielded twice; it yields once, the handle`);
}

/** The resource that a context manager's body makes. */
export type ResourceOfBody<B> =
  B extends Body<infer T> ? Resource<T> : B extends AsyncBody<infer T> ? AsyncResource<T> : never;

/**
 * Makes a resource of a generator function, as Python's `contextlib.contextmanager` does: what stands before its one
 * `yield` acquires, the yielded value is the handle, what stands after releases. An error of the scope is thrown at
 * the `yield`: use `try/finally` to release after it; to catch it and not rethrow suppresses it. An async generator
 * function makes an `AsyncResource`, for `await raii(…)`.
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
export function contextManager<F extends (this: any, ...args: never) => Body<unknown> | AsyncBody<unknown>>(
  body: F,
): (this: ThisParameterType<F>, ...args: Parameters<F>) => ResourceOfBody<ReturnType<F>> {
  if (typeof body !== "function") throw new TypeError("ts-raii: contextManager() takes a generator function");
  return function (this: unknown, ...args: Parameters<F>) {
    return new ContextManager(() => body.apply(this, args as never), body.name || "contextManager");
  } as (this: unknown, ...args: Parameters<F>) => never;
}
