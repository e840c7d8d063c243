import { hasAcquire } from "../compose/has-acquire.js";
import { maybeAsync, type Steps } from "../compose/maybe-async.js";
import { AsyncScope } from "../core/async-scope.js";
import { endedWith, type Exit, Failure, succeeded } from "../core/exit.js";
import type { Acquirable, Handle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import type { Acquisition } from "../core/resource.js";
import { Pushed } from "./pushed.js";

/** A scope of one acquisition. What is only pushed, of which there may be many, gets one when it is released. */
type Entry = AsyncScope | Pushed;

/**
 * What {@link ExitStack} and {@link AsyncExitStack} have in common. It releases entry by entry, so that what a release
 * enters comes next (property 43), each told the exit as those before it have left it (S5).
 */
export abstract class Stack {
  private entries: Entry[] = [];
  /** `"releasing"`: a release is being called, and may call the stack; `"waiting"`: for one that takes time. */
  private state: "open" | "releasing" | "waiting" | "closed" = "open";
  /** While it is waiting. */
  private closing: PromiseLike<unknown> | undefined = undefined;
  private isHeld = false;

  /**
   * Whether the stack has begun to release, or has been moved from. TC39's methods then take nothing more. A stack that
   * `raii` acquires again is open again.
   *
   * @see https://tc39.es/ecma262/#sec-get-disposablestack.prototype.disposed
   */
  get disposed(): boolean {
    return this.state !== "open";
  }

  /**
   * Acquires a resource, which the stack then holds.
   *
   * @param resource what `raii` takes.
   * @returns its handle.
   * @throws what the acquisition throws; nothing is then held for it.
   * @throws {Error} when the stack has been closed: a resource is then not acquired, and a Disposable disposed of at once.
   * @example
   * const files = paths.map((path) => stack.enter(openFile(path)));
   */
  enter<R extends Acquirable>(resource: R): Handle<R> {
    this.check(resource);
    const scope = new AsyncScope();
    const handle = scope.acquire(resource) as Handle<R>;
    this.hold(scope);
    return handle;
  }

  /**
   * Moves all that the stack holds, in its order, to a new one, and leaves this one open and empty. So what was entered one
   * after the other becomes somebody else's once all of it is there, and is released where it is not.
   *
   * @returns the new stack; it is released by `close()`, or by who acquires it: `raii(stack)`.
   * @throws {Error} when this one has been closed.
   * @example
   * const stack = raii(new ExitStack());
   * const files = paths.map((path) => stack.enter(openFile(path)));
   * return new Archive(files, stack.popAll()); // had one failed to open, those before it would be closed here
   * @see https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack.pop_all
   */
  popAll(): this {
    if (this.state === "closed") throw this.closed("there is nothing left to take from it");
    const stack = new (this.constructor as new () => this)();
    stack.entries = this.entries;
    this.entries = [];
    return stack;
  }

  /**
   * Moves all that the stack holds, in its order, to a new one, and closes this one. {@link popAll} does the same, but leaves
   * this one open.
   *
   * @returns the new stack; it is released by `using`, by a method of its own, or by whoever acquires it.
   * @throws {ReferenceError} when this one has been disposed of, moved from, or closed.
   * @example
   * class Archive {
   *   readonly #stack: ExitStack;
   *   constructor(paths: string[]) {
   *     using stack = new ExitStack();
   *     for (const path of paths) stack.use(openFile(path));
   *     this.#stack = stack.move(); // had one failed to open, those before it would be closed here
   *   }
   * }
   * @see https://tc39.es/ecma262/#sec-disposablestack.prototype.move
   */
  move(): this {
    this.checkOpen();
    const stack = this.popAll();
    this.state = "closed";
    return stack;
  }

  /** Is acquired by a scope, which opens it if it was closed. */
  protected begin(): Acquisition<this> {
    if (this.isHeld || this.state === "releasing" || this.state === "waiting") {
      throw new Error(
        `ts-raii: this ${this.constructor.name} is held: it is reusable, not reentrant. Make another, or acquire it after its release`,
      );
    }
    this.isHeld = true;
    this.state = "open";
    return { handle: this, release: (exit) => maybeAsync(this.leave(exit)) };
  }

  /** Releases all of it. @returns a promise where that takes time, to all who ask meanwhile (property 3). */
  protected finish(exit: Exit): unknown {
    if (this.state === "waiting") return this.closing;
    if (this.state !== "open") return undefined; // by a release, which must not wait for itself
    const ended = maybeAsync(this.unwind(exit));
    if (isPromiseLike(ended)) this.closing = ended;
    return ended;
  }

  /** @throws {Error} when the stack is closed and the resource lazy. What is there already is yet to be released. */
  protected check(resource: unknown): void {
    if (this.state === "closed" && hasAcquire(resource))
      throw this.closed("the resource has not been acquired");
  }

  /** @throws {ReferenceError} as TC39 does; what the caller was given is then left as it is. */
  protected checkOpen(): void {
    if (!this.disposed) return;
    throw new ReferenceError(
      `ts-raii: this ${this.constructor.name} has been disposed of or moved from. Make another stack`,
    );
  }

  /** Property 42: what comes too late is released at once, as what has failed, and who brings it is told. */
  protected take(entry: Entry): unknown {
    if (this.state === "closed") return maybeAsync(this.refuse(entry));
    this.entries.push(entry);
    return undefined;
  }

  /** As `take`, where nobody waits. */
  protected hold(entry: Entry): void {
    const refused = this.take(entry);
    if (!isPromiseLike(refused)) return;
    refused.then(undefined, () => {}); // an error of that would add nothing to this one
    throw this.closed();
  }

  private *refuse(entry: Entry): Steps<never> {
    const scope = scopeOf(entry);
    const error = this.closed();
    scope.fail(error);
    while (scope.unwind()) {
      try {
        yield scope.awaited;
      } catch (thrown) {
        scope.fail(thrown);
      }
    }
    scope.exit();
    throw error;
  }

  private *leave(exit: Exit): Steps<void> {
    try {
      yield this.finish(exit);
    } finally {
      this.isHeld = false;
    }
  }

  private *unwind(exit: Exit): Steps<void> {
    const calm = exit.kind === "failed" ? succeeded : exit;
    let current: Exit = exit;
    for (let entry = this.entries.pop(); entry !== undefined; entry = this.entries.pop()) {
      const scope = scopeOf(entry);
      if (current.kind === "failed") scope.fail(current.error);
      for (this.state = "releasing"; scope.unwind(calm.kind === "cancelled"); this.state = "releasing") {
        this.state = "waiting";
        try {
          yield scope.awaited;
        } catch (thrown) {
          scope.fail(thrown);
        }
      }
      try {
        if (scope.exit()) current = calm;
      } catch (thrown) {
        current = new Failure(thrown);
      }
    }
    this.state = "closed";
    this.closing = undefined; // S10: it may hold an error
    if (current.kind === "failed") throw endedWith(exit, current.error);
    if (exit.kind === "failed") exit.suppress();
  }

  private closed(consequence = "what it was given has been released"): Error {
    return new Error(`ts-raii: this ${this.constructor.name} has been closed; ${consequence}`);
  }
}

/** Lets `using` find a method by the key that it has now: a polyfill may come after this module. */
export function disposedBy(prototype: object, key: symbol, dispose: () => unknown): void {
  if (key in prototype) return;
  Object.defineProperty(prototype, key, { value: dispose, writable: true, configurable: true });
}

function scopeOf(entry: Entry): AsyncScope {
  if (entry instanceof AsyncScope) return entry;
  const scope = new AsyncScope();
  scope.request(entry);
  return scope;
}
