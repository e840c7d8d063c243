import { OwnError } from "../core/own-error.js";

/** What took longer than its time. */
export type TimeoutPhase = "acquire" | "release" | "validate";

const doing = { acquire: "acquiring", release: "releasing", validate: "validating", scope: "the scope of" };
const after = {
  acquire: "it is released when it arrives",
  release: "it goes on, and the other releases do not wait",
  validate: "it is released, and another one takes its place",
  scope: "it was cancelled",
};

/** A resource was not acquired, not released, or by a pool not found to be valid, in its time. */
export class TimeoutError extends OwnError {
  /** @internal */
  static override get kind(): string {
    return "TimeoutError";
  }

  override readonly name = "TimeoutError";

  /**
   * What became of it: fulfilled when it has ended after all, and when what was acquired too late is released; rejected
   * with what failed in that. Nobody has to look at it.
   */
  declare readonly late: Promise<void>;

  /**
   * @param resource the name of the resource.
   * @param phase what it was that took too long.
   * @param milliseconds the time it had.
   * @param late what goes on; it is also looked at here, so that it is no unhandled rejection.
   * @param why what more is known, for the message.
   */
  constructor(
    readonly resource: string,
    readonly phase: TimeoutPhase,
    readonly milliseconds: number,
    late: Promise<void> = Promise.resolve(),
    why = after[phase],
  ) {
    super(`ts-raii: ${doing[phase]} ${resource} took longer than ${milliseconds} ms; ${why}`);
    late.catch(() => {});
    Object.defineProperty(this, "late", { value: late, enumerable: false }); // not printed with the error
  }
}
