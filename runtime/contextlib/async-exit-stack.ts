import { acquireAsync } from "../core/acquire-async.js";
import { asyncDisposeKey, AsyncScope } from "../core/async-scope.js";
import { awaited } from "../core/awaited.js";
import { cancelled, type Exit, succeeded } from "../core/exit.js";
import type { Acquirable, AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { runAsync } from "../core/run-async.js";
import { notAnAcquisition } from "../core/scope.js";
import { Pushed } from "./pushed.js";
import { disposedBy, Stack } from "./stack.js";

/**
 * An {@link ExitStack} that acquires and releases asynchronously, too: `await raii(new AsyncExitStack())`. Its releases run
 * one after the other, each when the one before it has settled.
 *
 * It is an AsyncDisposable, too, with the names of TC39's `AsyncDisposableStack`: `await using stack = new AsyncExitStack()`.
 * As of an {@link ExitStack}, its releases are then told `cancelled`, and **a transaction in it rolls back**: call `close()`
 * where all has gone well.
 *
 * @example
 * const stack = await raii(new AsyncExitStack());
 * for (const url of urls) connections.push(await stack.enterAsync(connect(url)));
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack
 * @see https://tc39.es/ecma262/#sec-asyncdisposablestack-objects
 */
export class AsyncExitStack extends Stack implements AsyncResource<AsyncExitStack>, AsyncDisposable {
  constructor() {
    super();
    disposedBy(AsyncExitStack.prototype, asyncDisposeKey(), AsyncExitStack.prototype.disposeAsync);
  }

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

  /**
   * Holds what can be acquired at once; its release is awaited. What takes time to acquire is for {@link enterAsync}.
   *
   * @param resource a Disposable or AsyncDisposable, a Resource, or nothing.
   * @returns its handle: a Disposable itself.
   * @throws what the acquisition throws; nothing is then held for it.
   * @throws {TypeError} for what takes time to acquire. What arrives nonetheless is released.
   * @throws {ReferenceError} when the stack has been disposed of. The resource is then left as it is, as in TC39.
   * @example
   * const handle = stack.use(await open("data.bin"));
   * @see https://tc39.es/ecma262/#sec-asyncdisposablestack.prototype.use
   */
  use<R extends AsyncDisposable | Disposable | null | undefined>(resource: R): R;
  use<R extends Acquirable | AsyncDisposable>(resource: R): AsyncHandle<R>;
  use(resource: unknown): unknown {
    this.checkOpen();
    const scope = new AsyncScope();
    if (scope.request(resource)) throw notAnAcquisition(resource as object, scope.awaited);
    this.take(scope);
    return scope.handle;
  }

  /**
   * Holds a value that is no Disposable, with the function that releases it.
   *
   * @param value is handed to the function.
   * @param onDisposeAsync is called when the stack is released; a promise it returns is awaited.
   * @returns the value.
   * @throws {ReferenceError} when the stack has been disposed of; the function is then not called.
   * @example
   * const client = stack.adopt(await connect(url), (each) => each.end());
   * @see https://tc39.es/ecma262/#sec-asyncdisposablestack.prototype.adopt
   */
  adopt<T>(value: T, onDisposeAsync: (value: T) => unknown): T {
    this.checkOpen();
    this.hold(Pushed.call(onDisposeAsync, [value], "adopt(value, onDisposeAsync)"));
    return value;
  }

  /**
   * Registers a function to be called when the stack is released. It is not told the exit, and cannot suppress.
   *
   * @param onDisposeAsync the function; a promise it returns is awaited.
   * @throws {ReferenceError} when the stack has been disposed of; the function is then not called.
   * @example
   * stack.defer(() => rm(directory, { recursive: true }));
   * @see https://tc39.es/ecma262/#sec-asyncdisposablestack.prototype.defer
   */
  defer(onDisposeAsync: () => unknown): void {
    this.checkOpen();
    this.hold(Pushed.call(onDisposeAsync, [], "defer(onDisposeAsync)"));
  }

  /**
   * Releases all that the stack holds, now, and closes it. `await using` calls it, and does not say how the block has ended:
   * so the releases are told `cancelled`. {@link close} tells them `succeeded`. If the stack is closed or is closing, it does
   * nothing and waits for nothing, as in TC39.
   *
   * @returns a promise of the end of it.
   * @throws the error of a release; of several, a SuppressedError that holds them all.
   * @example
   * await stack.disposeAsync();
   * @see https://tc39.es/ecma262/#sec-asyncdisposablestack.prototype.disposeAsync
   */
  async disposeAsync(): Promise<void> {
    if (!this.disposed) await this.finish(cancelled);
  }

  /** What `await using` calls; see {@link disposeAsync}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync();
  }
}
