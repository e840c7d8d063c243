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

  /** @throws {TypeError} when it is given no function. */
  static call<A extends unknown[]>(fn: (...args: A) => unknown, args: A): Pushed {
    requireFunction(fn, "callback(fn, ...args)");
    return new Pushed(() => fn(...args), fn.name || "callback");
  }

  [Resource.acquire](): Acquisition<void> {
    return this;
  }

  release(exit: Exit): unknown {
    const { fn } = this; // called without `this`, as the plain function it is
    return fn(exit);
  }
}
