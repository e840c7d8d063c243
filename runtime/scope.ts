import { describe, nameOf } from "./describe.js";
import { Failure, succeeded } from "./exit.js";
import { type Acquisition, Resource } from "./resource.js";
import { carries, combineErrors } from "./suppressed-error.js";

/**
 * One acquisition that is still to be released. A linked list and not an array: 56 bytes each whatever their number,
 * no growing and copying, and reverse order is the order it is in.
 */
interface Held {
  readonly subject: object;
  /** A Disposable's method, read once, at acquisition; `undefined` for a Resource. */
  readonly dispose: ((this: object) => unknown) | undefined;
  readonly acquisition: Acquisition<unknown> | undefined;
  readonly below: Held | undefined;
}

/**
 * What owns the acquisitions of one block or function: their order, that each is released exactly once, the errors,
 * the exit each release is told, and suppression (S1-S5). Every lowering and every driver goes through it.
 */
export class Scope {
  private top: Held | undefined = undefined;
  private state: "open" | "failed" | "left" = "open";
  private error: unknown = undefined;
  private request: unknown = undefined;

  /**
   * Acquires a resource and holds it (S2).
   * @returns its handle.
   * @throws {TypeError} for a value that is no resource; nothing is then held for it.
   */
  acquire(value: unknown): unknown {
    if (this.state === "left")
      throw new Error("ts-raii: this scope has been left; nothing more can be acquired in it");
    if (value === null || value === undefined) return value;
    if (typeof value === "object" || typeof value === "function") {
      const dispose = disposeMethod(value);
      if (typeof dispose === "function") {
        this.top = {
          subject: value,
          dispose: dispose as Held["dispose"],
          acquisition: undefined,
          below: this.top,
        };
        return value;
      }
      if (typeof (value as Partial<Resource<unknown>>)[Resource.acquire] === "function") {
        const acquisition = (value as Resource<unknown>)[Resource.acquire]();
        if (typeof acquisition?.release !== "function") throw notAnAcquisition(value);
        this.top = { subject: value, dispose: undefined, acquisition, below: this.top };
        return acquisition.handle;
      }
    }
    throw notAResource(value);
  }

  /** Notes what to acquire and gives itself: what a program yields to acquire in this scope instead of the function's. */
  take(value: unknown): this {
    this.request = value;
    return this;
  }

  /** Acquires what {@link take} noted. */
  acquireRequest(): unknown {
    const value = this.request;
    this.request = undefined; // S10
    return this.acquire(value);
  }

  /** Notes that the body threw. A value of its own for "failed", because `throw undefined` is legal (property 15). */
  fail(error: unknown): void {
    this.state = "failed";
    this.error = error;
  }

  /**
   * Releases everything held, in reverse order (S1), all of it whatever fails (S4).
   * @returns whether a failure was suppressed: control then goes on after the block that owns this scope (S5).
   * @throws the error the scope ends with, if it ends with one.
   */
  exit(): boolean {
    if (this.state === "left")
      throw new Error("ts-raii: this scope has been left before; everything it held is released");
    let failed = this.state === "failed";
    let error = this.error;
    let held = this.top;
    let suppressed = false;
    this.state = "left";
    this.top = this.error = undefined; // S10

    for (; held !== undefined; held = held.below) {
      const { subject, dispose, acquisition } = held;
      if (dispose !== undefined) {
        try {
          dispose.call(subject);
        } catch (thrown) {
          error = failed ? combineErrors(thrown, error, subject) : thrown;
          failed = true;
        }
        continue;
      }
      // S5: each release is told the exit as the releases before it have left it.
      const failure = failed ? new Failure(error) : undefined;
      try {
        acquisition!.release(failure ?? succeeded);
        if (failure?.state === "suppressed") {
          failed = false;
          suppressed = true;
          error = undefined;
        }
      } catch (thrown) {
        error = failed && !carries(thrown, error) ? combineErrors(thrown, error, subject) : thrown;
        failed = true;
      }
      if (failure !== undefined) failure.state = "over";
    }

    if (failed) throw error;
    return suppressed;
  }
}

const unpolyfilled = /* @__PURE__ */ Symbol.for("Symbol.dispose");

/**
 * The dispose method, by `Symbol.dispose` as it is *now*: a polyfill may come after this module. A class that Babel or
 * esbuild compiled before the polyfill came has the method under the registered symbol.
 */
function disposeMethod(value: object): unknown {
  const key: symbol | undefined = Symbol.dispose;
  return (key && (value as Record<symbol, unknown>)[key]) ?? (value as Record<symbol, unknown>)[unpolyfilled];
}

function notAResource(value: unknown): TypeError {
  return new TypeError(
    `ts-raii: cannot acquire ${describe(value)}: it is no resource. It needs a [Symbol.dispose]() method, or wrap it: ` +
      "resource(() => value, (value) => value.close())",
  );
}

function notAnAcquisition(resource: object): TypeError {
  return new TypeError(
    `ts-raii: [Resource.acquire]() of ${nameOf(resource)} must return { handle, release(exit) }`,
  );
}
