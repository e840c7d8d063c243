import { acquireAsync } from "../core/acquire-async.js";
import { AsyncScope } from "../core/async-scope.js";
import { awaited } from "../core/awaited.js";
import { type Exit, succeeded } from "../core/exit.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { runAsync } from "../core/run-async.js";
import { Pushed } from "./pushed.js";
import { Stack } from "./stack.js";

/**
 * An {@link ExitStack} that acquires and releases asynchronously, too: `await raii(new AsyncExitStack())`. Its releases run
 * one after the other, each when the one before it has settled.
 *
 * @example
 * const stack = await raii(new AsyncExitStack());
 * for (const url of urls) connections.push(await stack.enterAsync(connect(url)));
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack
 */
export class AsyncExitStack extends Stack implements AsyncResource<AsyncExitStack> {
  /**
   * Calls a function with a new stack, and releases that when what it returns has settled; `async with AsyncExitStack() as
   * stack:` in Python.
   *
   * @param body is given the stack.
   * @returns what the function returns, after all is released; `undefined` where a release suppressed its error.
   * @throws what the function throws; with errors of releases, a SuppressedError that holds them all.
   * @example
   * const rows = await AsyncExitStack.run(async (stack) => {
   *   const client = await stack.enterAsync(connect(url));
   *   return client.query("select 1");
   * });
   */
  static run<R>(body: (stack: AsyncExitStack) => R): Promise<Awaited<R>> {
    return runAsync(function* () {
      return yield* awaited(body(yield* acquireAsync(new AsyncExitStack())));
    });
  }

  [Resource.acquire](): Acquisition<this> | PromiseLike<Acquisition<this>> {
    return this.begin();
  }

  /**
   * Acquires a resource as `await raii(resource)` does; its release is awaited. Await it before the stack is released: what
   * arrives later is released when it arrives.
   *
   * @param resource what `await raii` takes.
   * @returns its handle.
   * @throws what the acquisition throws; nothing is then held for it.
   * @throws {Error} when the stack has been closed: a resource is then not acquired, and what is there released at once.
   * @example
   * const [a, b] = [await stack.enterAsync(connect("a")), await stack.enterAsync(connect("b"))];
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack.enter_async_context
   */
  async enterAsync<R extends AsyncAcquirable>(resource: R): Promise<AsyncHandle<R>> {
    this.check(resource);
    const scope = new AsyncScope();
    for (let waits = scope.request(resource); waits; waits = scope.receive(await scope.awaited));
    const handle = scope.handle as AsyncHandle<R>;
    const refused = this.take(scope);
    if (isPromiseLike(refused)) await refused;
    return handle;
  }

  /**
   * Registers a release without a resource.
   *
   * @param release is told how the scope ended, as the releases before it have left it, and may suppress its error. A
   *   promise it returns is awaited.
   * @throws {Error} when the stack has been closed; the release has been called then.
   * @example
   * stack.push((exit) => (exit.kind === "succeeded" ? tx.commit() : tx.rollback()));
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack.push_async_exit
   */
  push(release: (exit: Exit) => unknown): void {
    this.hold(Pushed.release(release));
  }

  /**
   * Registers a function to be called when the stack is released. It is not told the exit, and cannot suppress.
   *
   * @param fn the function; a promise it returns is awaited.
   * @param args what it is called with.
   * @throws {Error} when the stack has been closed; the function has been called then.
   * @example
   * stack.callback(rm, directory, { recursive: true });
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack.push_async_callback
   */
  callback<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): void {
    this.hold(Pushed.call(fn, args));
  }

  /**
   * Releases all that the stack holds, now, as after a success, and closes it. When that is going on, it only waits for the
   * end of it (a release must not, as it would wait for itself); when it is closed, there is nothing to do.
   *
   * @returns a promise of the end of it.
   * @throws the error of a release; of several, a SuppressedError that holds them all.
   * @example
   * await stack.close();
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack.aclose
   */
  async close(): Promise<void> {
    await this.finish(succeeded);
  }
}
