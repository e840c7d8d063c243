import { describe } from "../core/describe.js";
import { OwnError } from "../core/own-error.js";

/** Every attempt to acquire a resource has failed. Its `cause` is the error of the last one. */
export class RetryError extends OwnError {
  /** @internal */
  static override get kind(): string {
    return "RetryError";
  }

  override readonly name = "RetryError";

  /**
   * @param resource the name of the resource.
   * @param attempts how often it was tried.
   * @param errors what was thrown, one by each attempt; and, if `when` threw, what that threw. Where attempts
   *   are unlimited, and more than 100 have failed, the first and the last 99.
   */
  constructor(
    readonly resource: string,
    readonly attempts: number,
    readonly errors: readonly unknown[],
  ) {
    const last = errors[errors.length - 1];
    super(
      `ts-raii: acquiring ${resource} failed ${attempts} times, in the end with ${describe(last)} (${errors.length < attempts ? "the first and the last" : "all"}: .errors)`,
    );
    Object.defineProperty(this, "cause", { value: last, writable: true, configurable: true });
  }
}
