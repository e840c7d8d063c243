import { cancelled, type CancelledExit, Failure, succeeded } from "./exit.js";
import { isPromiseLike } from "./is-promise-like.js";
import { acquireKey, type Acquisition } from "./resource.js";
import { disposeMethod, type Held, leftBefore, notAnAcquisition, notAResource, Scope } from "./scope.js";
import { type CancelledBy, type Context, type Mask, openKey } from "./step.js";
import { carries, combineErrors } from "./suppressed-error.js";

/** What was acquired by `await raii(…)`: its release is awaited. */
export interface AsyncHeld extends Held {
  /** `"fallback"`: by a method that is not asynchronous; `"nothing"`: a `null`. */
  readonly release: "async" | "fallback" | "nothing";
}

/**
 * A scope that acquires and releases asynchronously, too. It awaits nothing itself: it says what has to be awaited, and
 * the async function it belongs to awaits that, so that no promise and no tick comes on top of those of
 * `await using` (S8).
 */
export class AsyncScope extends Scope {
  /** What has to be awaited, when a method has returned `true`. */
  awaited: unknown = undefined;
  /** What was acquired last. */
  handle: unknown = undefined;

  /** The resource whose acquisition is awaited; `undefined` while a promise of a resource is. */
  protected requested: object | undefined = undefined;
  /** What is being released. */
  private releasing: object | undefined = undefined;
  /** The exit it was told, of what has failed. */
  protected failure: Failure | CancelledBy | undefined = undefined;
  /** In force while something is awaited under a cancel scope. */
  private mask: Mask | undefined = undefined;
  private bodyFailed = false;
  private hasFailed = false;
  private closedBy: CancelledExit | undefined = undefined;
  private isSuppressed = false;
  private hasExited = false;
  /** TC39's needsAwait and hasAwaited: a `null` costs an await, one for all of them, and none where another was. */
  private owesAwait = false;
  private hasAwaited = false;

  /**
   * Begins to acquire what `await raii(…)` was given (S2). A Disposable of either kind, a synchronous Resource and
   * `null` are there at once.
   * @param read what unrolled code has read of it: see `hold`.
   * @returns whether `awaited` has to be awaited, and what it gives handed to `receive`; else `handle` is there.
   * @throws {TypeError} for a value that is no resource; nothing is then held for it.
   */
  request(value: unknown, read: unknown = false): boolean {
    if (this.state === "left") throw leftBefore();
    if (value === null || value === undefined) return this.hold(value, undefined, undefined, "nothing");
    if (typeof value !== "object" && typeof value !== "function") throw notAResource(value);

    const acquire = read === false ? (value as Record<symbol, unknown>)[acquireKey] : read;
    if (typeof acquire === "function") {
      const context = this.context();
      const mask = context === undefined || openKey in value ? undefined : context.mask("acquire", value);
      let acquisition: unknown;
      try {
        acquisition = acquire.call(value);
        this.requested = value;
        if (isPromiseLike(acquisition)) return this.waitFor(acquisition, mask);
      } catch (error) {
        mask?.leave();
        throw error;
      }
      mask?.leave();
      return this.receive(acquisition);
    }
    // As in TC39: an asyncDispose that is there and no function is not made up for by a dispose.
    const asyncDispose =
      read === false ? asyncDisposeMethod(value) : (read ?? (value as Record<symbol, unknown>)[unpolyfilled]);
    const dispose = (asyncDispose ?? disposeMethod(value)) as Held["dispose"];
    if (typeof dispose === "function")
      return this.hold(value, dispose, undefined, asyncDispose ? "async" : "fallback");
    if (!isPromiseLike(value)) throw notAResource(value);
    this.requested = undefined;
    return this.waitFor(value, this.context()?.mask("acquire", value));
  }

  /** @returns `true`: it has to be awaited. */
  private waitFor(value: unknown, mask: Mask | undefined): true {
    this.mask = mask;
    this.awaited = mask === undefined ? value : mask.suspend(value);
    return true;
  }

  /** @returns what the awaited gave. @throws what it failed with, where only the mask knows that. */
  private resume(value: unknown): unknown {
    const { mask } = this;
    if (mask === undefined) return value;
    this.mask = undefined;
    return mask.resume();
  }

  /** The cancel scope it acquires and releases in. Only the scope of a function meets one: see `MaskedScope`. */
  protected context(): Context | undefined {
    return undefined;
  }

  /** Is given what a resource gave. */
  protected open(_acquisition: Acquisition<unknown>): void {}

  /** Goes on with an acquisition. @param value what `awaited` gave. @returns and throws as `request` does. */
  receive(value: unknown): boolean {
    const { requested } = this;
    const arrived = this.resume(value);
    if (requested === undefined) return this.request(arrived);
    const acquisition = arrived as Acquisition<unknown>;
    if (typeof acquisition?.release !== "function") throw notAnAcquisition(requested, acquisition);
    this.open(acquisition);
    return this.hold(requested, undefined, acquisition, "async");
  }

  /** @returns `false`: nothing is left to be awaited. */
  private hold(
    subject: unknown,
    dispose: Held["dispose"],
    acquisition: Held["acquisition"],
    release: AsyncHeld["release"],
  ): false {
    this.top = { subject, dispose, acquisition, below: this.top, release } as AsyncHeld;
    this.handle = acquisition === undefined ? subject : acquisition.handle;
    this.awaited = this.requested = undefined;
    return false;
  }

  /**
   * Notes that the body threw, or that the release that was awaited was rejected.
   */
  override fail(error: unknown): void {
    if (this.releasing === undefined) return super.fail(error);
    const isLost = this.hasFailed && !(this.failure && carries(error, this.failure.error));
    this.error = isLost ? combineErrors(error, this.error, this.releasing) : error;
    this.hasFailed = true;
    this.endRelease();
  }

  /**
   * Releases what is held, in reverse order (S1), as far as the next release that takes time: one after the other
   * (property 5), and all of it whatever fails (S4).
   * @param closedBy how the body was ended from outside, or that it was: a generator that its consumer has closed.
   * @returns whether `awaited` has to be awaited, a rejection of it handed to `fail`, and `unwind` called again; else
   *   all is released, and `exit` gives the outcome.
   */
  unwind(closedBy: CancelledExit | boolean = false): boolean {
    if (this.state !== "left") {
      this.hasFailed = this.bodyFailed = this.state === "failed";
      this.closedBy = closedBy === true ? cancelled : closedBy || undefined;
      this.state = "left";
      this.handle = this.awaited = this.requested = undefined; // S10: the last acquisition, also one that failed
    }
    this.endAwait();

    for (let held = this.top; held !== undefined; held = this.top) {
      const { subject, dispose, acquisition, release } = held as Partial<AsyncHeld>;
      if (release === undefined && this.paysAwait()) return true;
      this.top = held.below;
      if (release === "nothing") {
        this.owesAwait = true;
        continue;
      }
      this.releasing = subject;
      const context = this.context();
      // S5: each release is told the exit as the releases before it have left it; a Disposable is told nothing.
      if (this.hasFailed && acquisition !== undefined)
        this.failure = context?.exitBy(this.error) ?? new Failure(this.error);
      const mask = context?.mask("release", subject!);
      let awaited: unknown;
      try {
        const result =
          acquisition !== undefined
            ? acquisition.release(this.failure ?? this.closedBy ?? succeeded)
            : dispose!.call(subject!);
        if (release === undefined) {
          mask?.leave();
          this.succeedRelease();
          continue;
        }
        awaited = release === "async" ? result : undefined;
      } catch (thrown) {
        if (release !== "fallback") {
          mask?.leave();
          this.fail(thrown);
          continue;
        }
        awaited = Promise.reject(thrown); // TC39: what the fallback throws is the rejection of a promise
      }
      this.hasAwaited = true;
      return this.waitFor(awaited, mask);
    }
    return this.paysAwait();
  }

  /** The outcome, after `unwind`. @returns and throws as of every scope. */
  override exit(): boolean {
    if (this.hasExited) throw leftBefore();
    const { error, hasFailed } = this;
    this.hasExited = true;
    this.error = undefined; // S10
    if (hasFailed) throw error;
    return this.isSuppressed && (this.bodyFailed || this.closedBy === undefined); // what is being closed goes on to be closed
  }

  /** Ends the release that was awaited. */
  private endAwait(): void {
    try {
      this.resume(undefined);
    } catch (error) {
      return this.fail(error);
    }
    if (this.releasing !== undefined) this.succeedRelease();
  }

  protected succeedRelease(): void {
    if (this.failure?.state === "suppressed") {
      this.hasFailed = false;
      this.isSuppressed = true;
      this.error = undefined;
    }
    this.endRelease();
  }

  private endRelease(): void {
    if (this.failure !== undefined) this.failure.state = "over";
    this.releasing = this.failure = this.awaited = undefined;
  }

  private paysAwait(): boolean {
    if (!this.owesAwait || this.hasAwaited) return false;
    this.owesAwait = false;
    return this.waitFor(undefined, this.context()?.mask("release", this));
  }
}

const unpolyfilled = /* @__PURE__ */ Symbol.for("Symbol.asyncDispose");

/** As `disposeMethod`, for `Symbol.asyncDispose`. */
export function asyncDisposeMethod(value: any): unknown {
  return value[Symbol.asyncDispose ?? unpolyfilled] ?? value[unpolyfilled];
}

/** The key of an asynchronous dispose method, now. */
export function asyncDisposeKey(): typeof Symbol.asyncDispose {
  return Symbol.asyncDispose ?? unpolyfilled;
}
