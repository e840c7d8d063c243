import { describe } from "./describe.js";
import { cancelled, Failure, succeeded } from "./exit.js";
import { processState } from "./process-state.js";
import { acquireKey, type Acquisition, type Resource } from "./resource.js";
import { carries, combineErrors } from "./suppressed-error.js";

/**
 * One acquisition that is still to be released. A linked list and not an array: 56 bytes each whatever their number,
 * no growing and copying, and reverse order is the order it is in.
 */
export interface Held {
  readonly subject: object;
  /** A Disposable's method, read once, at acquisition. */
  readonly dispose: ((this: object) => unknown) | undefined;
  /** That of a Resource; `undefined` for a Disposable. */
  readonly acquisition: Acquisition<unknown> | undefined;
  readonly below: Held | undefined;
}

/** The scope that a program means by what it has just yielded: the one that has taken it, else the program's own. */
export function consumePendingScope<S extends Scope>(own: S): S {
  const scope = processState.scope ?? own;
  processState.scope = undefined;
  return scope as S;
}

/**
 * What owns the acquisitions of one block or function: their order, that each is released exactly once, the errors,
 * the exit each release is told, and suppression (S1-S5). Every lowering and every driver goes through it.
 */
export class Scope<Result = unknown> {
  /** What was acquired last, and is still held. */
  top: Held | undefined = undefined;
  protected state: "open" | "failed" | "left" = "open";
  protected error: unknown = undefined;
  /** What the program has returned whose scope this is. */
  result: Result | undefined = undefined;

  /**
   * Acquires a resource and holds it (S2).
   * @param read what its dispose method was read as, `null` for none; `undefined` where it is still to be read.
   * @returns its handle.
   * @throws {TypeError} for a value that is no resource; nothing is then held for it.
   */
  acquire(value: unknown, read?: unknown): unknown {
    if (this.state === "left") throw leftBefore();
    if (value === null || value === undefined) return value;
    if (typeof value !== "object" && typeof value !== "function") throw notAResource(value);
    const dispose = (read === undefined ? disposeMethod(value) : read) as Held["dispose"];
    const acquisition = acquireResource(value, typeof dispose === "function");
    this.top = { subject: value, dispose, acquisition, below: this.top };
    return acquisition ? acquisition.handle : value;
  }

  /**
   * Notes that this scope, and not the program's own, is to acquire the value, which the program yields at once:
   * `yield scope.take(value)`. Nothing runs in between, so one field serves all programs; a mark on what is yielded
   * would have to be looked for on every resource.
   */
  take<T>(value: T): T {
    processState.scope = this;
    return value;
  }

  /** Notes that the body threw. A value of its own for "failed", because `throw undefined` is legal (property 15). */
  fail(error: unknown): void {
    if (this.state === "left") throw leftBefore();
    this.state = "failed";
    this.error = error;
  }

  /**
   * Releases everything held, in reverse order (S1), all of it whatever fails (S4).
   * @param isCancelled the body was ended from outside: a generator that its consumer has closed.
   * @returns whether a failure was suppressed: control then goes on after the block that owns this scope (S5).
   * @throws the error the scope ends with, if it ends with one.
   */
  exit(isCancelled?: boolean): boolean {
    if (this.state === "left") throw leftBefore();
    const bodyFailed = this.state === "failed";
    let failed = bodyFailed;
    let error = this.error;
    let held = this.top;
    let suppressed = false;
    this.state = "left";
    this.top = this.error = undefined; // S10

    for (; held; held = held.below) {
      const { subject, dispose, acquisition } = held;
      // S5: each release is told the exit as the releases before it have left it; a Disposable is told nothing.
      const failure = failed && acquisition ? new Failure(error) : undefined;
      try {
        if (acquisition) acquisition.release(failure ?? (isCancelled ? cancelled : succeeded));
        else dispose!.call(subject);
        if (failure?.state === "suppressed") {
          failed = false;
          suppressed = true;
        }
      } catch (thrown) {
        const isLost = failed && !(failure && carries(thrown, failure.error));
        error = isLost ? combineErrors(thrown, error, subject) : thrown;
        failed = true;
      }
      if (failure) failure.state = "over";
    }

    if (failed) throw error;
    return suppressed && (bodyFailed || !isCancelled); // what is being closed goes on to be closed (property 22)
  }

  /**
   * Ends a program.
   * @returns what it has returned; `undefined` where a release suppressed the error of its body (S5).
   * @throws what it threw, and what its releases threw, combined (S4).
   */
  end(): Result | undefined {
    return this.exit() ? undefined : this.result;
  }
}

/**
 * Apart from `Scope.acquire`, which is then short enough for the engine to inline it into the driver. What is a Disposable
 * besides, as an `ExitStack`, is acquired as the Resource it is: so it is told the exit.
 */
export function acquireResource(
  value: object,
  isDisposable: boolean,
  acquire = (value as Record<symbol, unknown>)[acquireKey],
): Acquisition<unknown> | undefined {
  if (typeof acquire !== "function") {
    if (isDisposable) return undefined;
    throw notAResource(value);
  }
  const acquisition = (acquire as Resource<unknown>[typeof Resource.acquire]).call(
    value as Resource<unknown>,
  );
  if (typeof acquisition?.release !== "function") throw notAnAcquisition(value, acquisition);
  return acquisition;
}

export const unpolyfilled = /* @__PURE__ */ Symbol.for("Symbol.dispose");

/**
 * The dispose method, by `Symbol.dispose` as it is *now*: a polyfill may come after this module. A class that Babel or
 * esbuild compiled before the polyfill came has the method under the registered symbol.
 */
export function disposeMethod(value: any): unknown {
  return value[Symbol.dispose ?? unpolyfilled] ?? value[unpolyfilled];
}

/** The key of a dispose method, now. */
export function disposeKey(): typeof Symbol.dispose {
  return Symbol.dispose ?? unpolyfilled;
}

export function leftBefore(): Error {
  return new Error("ts-raii: this scope has been left");
}

export function notAResource(
  value: unknown,
  why = "it is no resource. Await it, or use resource()",
): TypeError {
  return new TypeError(`ts-raii: cannot acquire ${describe(value)}: ${why}`);
}

export function notAnAcquisition(resource: object, acquisition: unknown): TypeError {
  const error = notAResource(
    resource,
    "[Resource.acquire]() must return { handle, release }; if async, await raii()",
  );
  // What it may have begun to acquire is given back as soon as it is there; errors of that add nothing to this one.
  Promise.resolve(acquisition as Acquisition<unknown>)
    .then((late) => late.release(new Failure(error)))
    .catch(() => {});
  return error;
}
