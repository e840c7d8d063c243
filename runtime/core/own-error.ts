import { onePerProcess } from "./one-per-process.js";

/** What each error of this package is, whichever copy has made it. */
const kinds = /* @__PURE__ */ onePerProcess("errors", /* @__PURE__ */ new WeakMap<object, string>());

/** An error that programs tell by its class. `instanceof` also takes one that another copy of this package has made. */
export abstract class OwnError extends Error {
  /**
   * The name of the class in all copies. A getter, as bundlers could not drop a class with a static field.
   * @internal
   */
  static get kind(): string {
    return "";
  }

  /** @internal */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (super[Symbol.hasInstance](value)) return true;
    // A class of the program that extends one of them has its own instances only.
    return Object.prototype.hasOwnProperty.call(this, "kind") && kinds.get(value as object) === this.kind;
  }

  constructor(message: string) {
    super(message);
    kinds.set(this, new.target.kind);
  }
}
