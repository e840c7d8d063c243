import { TimeoutError } from "../combinators/timeout-error.js";
import { millisecondsNow, startTimer } from "../compose/timers.js";
import { nameOf } from "../core/describe.js";
import { settled } from "../core/settled.js";
import type { Mask as MaskHooks } from "../core/step.js";
import { stepping } from "../core/step.js";
import { CancelNode, type Owner } from "./cancel-node.js";
import { releaseLate } from "./release-late.js";

/** A mask, and what waits for what is acquired or released under it. */
export class Mask extends CancelNode implements MaskHooks {
  protected override readonly isCover = true;
  protected override readonly signalIs: "outer" | "none";

  private wake: (() => void) | undefined = undefined;
  private outcome: { readonly hasFailed: boolean; readonly value: unknown } | undefined = undefined;
  private stopTimer: () => void = () => {};
  private giveUp: ((reason: unknown) => void) | undefined = undefined;

  constructor(
    readonly activation: Owner,
    private readonly phase: "acquire" | "release",
    private readonly subject: object,
  ) {
    super();
    this.signalIs = phase === "acquire" ? "outer" : "none";
    this.attach(activation.innermost);
    stepping.context = this;
  }

  leave(): void {
    this.close();
    this.activation.unmask();
  }

  suspend(value: unknown): Promise<void> {
    this.activation.leave();
    return new Promise((resolve) => {
      this.wake = resolve;
      const late = new Late(this, this.phase === "acquire");
      this.giveUp = (reason) => late.abandon(reason);
      this.activation.waitsUnder = this;
      settled(value).then(
        (given) => late.settle(false, given),
        (error: unknown) => late.settle(true, error),
      );
      this.look();
    });
  }

  resume(): unknown {
    const { hasFailed, value } = this.outcome!;
    this.outcome = undefined;
    this.activation.enter();
    this.leave();
    if (hasFailed) throw value;
    return value;
  }

  /** Is told when the scope outside is cancelled: from then on its limit counts. */
  look(): void {
    const cancellation = this.parent?.visible;
    this.stopTimer();
    if (this.wake === undefined || cancellation === undefined) return;
    const { limits, reason, since } = cancellation;
    const limit = limits[this.phase];
    const left = Math.max(0, since + limit - millisecondsNow());
    this.stopTimer = startTimer(left, () => {
      this.giveUp!(
        this.phase === "acquire" ? reason : new TimeoutError(nameOf(this.subject), "release", limit),
      );
    });
  }

  /** Goes on. */
  end(hasFailed: boolean, value: unknown): void {
    this.stopTimer();
    this.activation.waitsUnder = undefined;
    this.outcome = { hasFailed, value };
    const wake = this.wake!;
    this.wake = this.giveUp = undefined;
    wake();
  }
}

/** Waits for what is acquired or released, also when nobody else does any more. It then keeps nothing else alive. */
class Late {
  private reason: unknown = undefined;

  /** @param isAcquired whether what arrives has to be released. */
  constructor(
    private mask: Mask | undefined,
    private readonly isAcquired: boolean,
  ) {}

  settle(hasFailed: boolean, value: unknown): void {
    const { mask } = this;
    this.mask = undefined;
    if (mask !== undefined) mask.end(hasFailed, value);
    else if (this.isAcquired && !hasFailed) releaseLate(value, this.reason);
  }

  abandon(reason: unknown): void {
    const { mask } = this;
    if (mask === undefined) return;
    this.mask = undefined;
    this.reason = reason;
    mask.end(true, reason);
  }
}
