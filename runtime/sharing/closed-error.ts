import { OwnError } from "../core/own-error.js";

/** What was asked of a pool, or of another owner of resources, whose scope has ended. */
export class ClosedError extends OwnError {
  /** @internal */
  static override get kind(): string {
    return "ClosedError";
  }

  override readonly name = "ClosedError";

  /**
   * @param resource the name of what it owns.
   * @param what what was asked of it.
   */
  constructor(
    readonly resource: string,
    what: string,
  ) {
    super(`ts-raii: ${what} ${resource}, but the scope that owns it has ended`);
  }
}
