import { acquire } from "../core/acquire.js";
import { cancelled, type Exit, succeeded } from "../core/exit.js";
import type { IsAsync } from "../core/function-resource.js";
import type { Acquirable, Handle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, Resource } from "../core/resource.js";
import { run } from "../core/run.js";
import { disposeKey } from "../core/scope.js";
import { Pushed } from "./pushed.js";
import { disposedBy, Stack } from "./stack.js";

/** Stands for a function that gives a promise, where nobody would wait for it. */
export interface Asynchronous {
  readonly "gives a promise, which only an AsyncExitStack waits for": never;
}

/** Accepts a function that returns `R` where it must be synchronous. */
type IfSync<R> = true extends IsAsync<R> ? Asynchronous : unknown;

/**
 * A scope as a value: it holds what is entered, as many as there may be, and releases it in reverse (S1-S5). For code that is
 * not annotated, and for a number of resources, or an owner, that no block has.
 *
 * It is itself a resource, `raii(new ExitStack())`, whose handle is the stack; so it is released with its scope and told how
 * that ended. It can be acquired again when it has been released, but not while it is held. A stack that nobody closes
 * releases nothing, as Python's.
 *
 * It is a Disposable, too, with the names of TC39's `DisposableStack`: `using stack = new ExitStack()`. But `using` does not
 * tell it whether the block has failed, so its releases are told `cancelled`, and **a transaction in it rolls back**. Call
 * `close()` where all has gone well; or use `raii` or {@link ExitStack.run}, which know.
 *
 * What is entered while the stack releases is released next. What is entered in a stack that has been closed is released
 * at once, and who enters it gets an error.
 *
 * @example
 * const stack = raii(new ExitStack());
 * const files = paths.map((path) => stack.enter(openFile(path)));
 * stack.callback(rmSync, directory, { recursive: true });
 * @example
 * using stack = new ExitStack(); // in code that ts-raii does not compile
 * const tx = stack.use(transactionSync(db));
 * tx.run("update accounts set balance = 0");
 * stack.close(); // commits
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack
 * @see https://tc39.es/ecma262/#sec-disposablestack-objects
 */
export class ExitStack extends Stack implements Resource<ExitStack>, Disposable {
  constructor() {
    super();
    disposedBy(ExitStack.prototype, disposeKey(), ExitStack.prototype.dispose);
  }

  /**
   * Calls a function with a new stack, and releases that when it returns or throws; `with ExitStack() as stack:` in Python.
   *
   * @param body is given the stack; it is synchronous.
   * @returns what the function returns, after all is released; `undefined` where a release suppressed its error.
   * @throws what the function throws; with errors of releases, a SuppressedError that holds them all.
   * @throws {TypeError} when the function returns a promise: what it uses would be released before it settles.
   * @example
   * const size = ExitStack.run((stack) => stack.enter(openFile("data.bin")).size);
   */
  static run<F extends (stack: ExitStack) => unknown>(body: F & IfSync<ReturnType<F>>): ReturnType<F> {
    return run(function* () {
      const result = body(yield* acquire(new ExitStack()));
      if (!isPromiseLike(result)) return result as ReturnType<F>;
      result.then(undefined, () => {}); // what it uses is about to be released: that it fails then adds nothing
      throw new TypeError(
        "ts-raii: ExitStack.run() was given a function that returns a promise. Use AsyncExitStack.run()",
      );
    });
  }

  [Resource.acquire](): Acquisition<this> {
    return this.begin();
  }

  /**
   * Registers a release without a resource.
   *
   * @param release is told how the scope ended, as the releases before it have left it, and may suppress its error.
   * @throws {Error} when the stack has been closed; the release has been called then.
   * @example
   * stack.push((exit) => (exit.kind === "succeeded" ? tx.commit() : tx.rollback()));
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack.push
   */
  push<F extends (exit: Exit) => unknown>(release: F & IfSync<ReturnType<F>>): void {
    this.hold(Pushed.release(release));
  }

  /**
   * Registers a function to be called when the stack is released. It is not told the exit, and cannot suppress.
   *
   * @param fn the function.
   * @param args what it is called with.
   * @throws {Error} when the stack has been closed; the function has been called then.
   * @example
   * stack.callback(clearInterval, timer);
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack.callback
   */
  callback<A extends unknown[], R>(fn: ((...args: A) => R) & IfSync<R>, ...args: A): void {
    this.hold(Pushed.call(fn, args));
  }

  /**
   * Releases all that the stack holds, now, as after a success, and closes it. Nothing, if it is closed or being so.
   *
   * @throws the error of a release; of several, a SuppressedError that holds them all.
   * @example
   * stack.close();
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack.close
   */
  close(): void {
    this.finish(succeeded);
  }

  /**
   * Acquires a resource, which the stack then holds; TC39's name for {@link enter}.
   *
   * @param resource what `raii` takes: a Disposable, a Resource, or nothing.
   * @returns its handle: a Disposable itself.
   * @throws what the acquisition throws; nothing is then held for it.
   * @throws {ReferenceError} when the stack has been disposed of. The resource is then left as it is, as in TC39; `enter`
   *   releases it.
   * @example
   * const file = stack.use(openFile("data.bin"));
   * @see https://tc39.es/ecma262/#sec-disposablestack.prototype.use
   */
  use<R extends Disposable | null | undefined>(resource: R): R;
  use<R extends Acquirable>(resource: R): Handle<R>;
  use(resource: Acquirable): unknown {
    this.checkOpen();
    return this.enter(resource);
  }

  /**
   * Holds a value that is no Disposable, with the function that releases it.
   *
   * @param value is handed to the function.
   * @param onDispose is called when the stack is released. It is not told the exit, and cannot suppress.
   * @returns the value.
   * @throws {ReferenceError} when the stack has been disposed of; the function is then not called.
   * @example
   * const fd = stack.adopt(openSync("data.bin", "r"), closeSync);
   * @see https://tc39.es/ecma262/#sec-disposablestack.prototype.adopt
   */
  adopt<T, R>(value: T, onDispose: ((value: T) => R) & IfSync<R>): T {
    this.checkOpen();
    this.hold(Pushed.call(onDispose, [value], "adopt(value, onDispose)", true));
    return value;
  }

  /**
   * Registers a function to be called when the stack is released. It is not told the exit, and cannot suppress.
   *
   * @param onDispose the function.
   * @throws {ReferenceError} when the stack has been disposed of; the function is then not called.
   * @example
   * stack.defer(() => console.timeEnd("build"));
   * @see https://tc39.es/ecma262/#sec-disposablestack.prototype.defer
   */
  defer<R>(onDispose: (() => R) & IfSync<R>): void {
    this.checkOpen();
    this.hold(Pushed.call(onDispose, [], "defer(onDispose)", true));
  }

  /**
   * Releases all that the stack holds, now, and closes it. It does nothing if the stack is closed or is closing. `using`
   * calls it, and does not say how the block has ended: so the releases are told `cancelled`. {@link close} tells them
   * `succeeded`.
   *
   * @throws the error of a release; of several, a SuppressedError that holds them all.
   * @example
   * stack.dispose();
   * @see https://tc39.es/ecma262/#sec-disposablestack.prototype.dispose
   */
  dispose(): void {
    if (!this.disposed) this.finish(cancelled);
  }

  /** What `using` calls; see {@link dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
