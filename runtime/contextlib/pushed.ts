import type { Exit } from "../exit.js";
import { type Acquisition, Resource } from "../resource.js";

/** A release without a resource, as a stack holds them in numbers. */
export class Pushed implements Resource<void>, Acquisition<void> {
  readonly handle = undefined;

  constructor(
    private readonly fn: (exit: Exit) => unknown,
    readonly name: string,
  ) {}

  /** @throws {TypeError} when it is given no function. */
  static release(release: (exit: Exit) => unknown): Pushed {
    if (typeof release !== "function") throw new TypeError("ts-raii: push(release) takes a function");
    return new Pushed(release, release.name || "release");
  }

  /** @throws {TypeError} when it is given no function. */
  static call<A extends unknown[]>(fn: (...args: A) => unknown, args: A): Pushed {
    if (typeof fn !== "function") throw new TypeError("ts-raii: callback(fn, ...args) takes a function");
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
