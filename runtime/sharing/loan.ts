import type { Exit } from "../core/exit.js";
import type { Acquisition } from "../core/resource.js";

/** The acquisition of what is only lent: to release it is to give it back. */
export class Loan implements Acquisition<unknown> {
  constructor(
    public handle: unknown,
    private readonly name: string,
    private giveBack: ((exit: Exit) => unknown) | undefined,
  ) {}

  /** @throws {Error} when it was given back before: the count of what is lent must not go wrong by that. */
  release(exit: Exit): unknown {
    const { giveBack } = this;
    if (giveBack === undefined) throw new Error(`ts-raii: ${this.name} was given back before`);
    this.handle = this.giveBack = undefined; // S10
    return giveBack(exit);
  }
}
