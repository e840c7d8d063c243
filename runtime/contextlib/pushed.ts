import { requireFunction } from "../compose/require-function.js";
import type { Exit } from "../core/exit.js";
import { type Acquisition, Resource } from "../core/resource.js";

/** A release without a resource, as a stack holds them in numbers. */
export class Pushed implements Resource<void>, Acquisition<void> {
  readonly handle = undefined;

  constructor(
    private readonly fn: (exit: Exit) => unknown,
    readonly name: string,
  ) {}

  /** @throws {TypeError} when it is given no function. */
  static release(release: (exit: Exit) => unknown): Pushed {
    requireFunction(release, "push(release)");
    return new Pushed(release, release.name || "release");
  }

  /**
   * @param method of the stack, for messages.
   * @param isSync nobody waits for what the function returns.
   * @throws {TypeError} when it is given no function.
   */
  static call<A extends unknown[]>(
    fn: (...args: A) => unknown,
    args: A,
    method = "callback(fn, ...args)",
    isSync = false,
  ): Pushed {
    requireFunction(fn, method);
    const name = fn.name || /^\w+/.exec(method)![0];
    return new Pushed(isSync ? () => void fn(...args) : () => fn(...args), name);
  }

  [Resource.acquire](): Acquisition<void> {
    return this;
  }

  release(exit: Exit): unknown {
    const { fn } = this; // called without `this`, as the plain function it is
    return fn(exit);
  }
}
