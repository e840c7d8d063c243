import { settled } from "../core/settled.js";
import type { Activation as ActivationHooks, CancelledBy, Mask as MaskHooks } from "../core/step.js";
import { stepping } from "../core/step.js";
import { carries } from "../core/suppressed-error.js";
import { CancelNode, type Owner } from "./cancel-node.js";
import { type Cancellation, carriesOne } from "./cancellation.js";
import { macrotask } from "./macrotask.js";
import { Mask } from "./mask.js";

/** One call of an async function that meets a cancel scope. It steps and waits; what it waits for wakes it, or a cancellation. */
export class Activation extends CancelNode implements ActivationHooks, Owner {
  readonly activation = this;
  innermost: CancelNode = this;
  waitsUnder: { look(): void } | undefined = undefined;
  ifAbandoned: (() => void) | undefined = undefined;
  protected override readonly signalIs = "outer";

  /** What was stepping when it began to. */
  private around: typeof stepping.context = undefined;
  private wait: Wait | undefined = undefined;
  private outcome: Outcome | undefined = undefined;
  /** How many of those that it has begun have to end before a cancellation makes it go on. */
  private reached = 0;
  /** The one that counts this one so. */
  private countedBy: Activation | undefined = undefined;
  /** A generator is at a yield: nobody waits for it. */
  private isAtYield = false;
  /** Where it was called that has led there. */
  private askedAt: CancelNode | undefined = undefined;
  private isOver = false;

  /** @param at where it is called; `undefined` where it is to open the first scope itself. */
  constructor(at: CancelNode | undefined) {
    super();
    this.place(at);
    this.enter();
  }

  enter(): void {
    this.around = stepping.context;
    stepping.context = this.innermost;
  }

  leave(): void {
    stepping.context = this.around;
    this.around = undefined;
  }

  override begin(at: CancelNode = this): Activation {
    return new Activation(at);
  }

  override mask(phase: "acquire" | "release", subject: object): MaskHooks {
    const { visible } = this.innermost;
    if (phase === "acquire" && visible !== undefined) throw visible.reason;
    return new Mask(this, phase, subject);
  }

  unmask(): void {
    // What has no scope any more goes on as what has met none.
    if (this.parent === undefined && this.innermost === this) this.end();
    else stepping.context = this.innermost;
  }

  override exitBy(error: unknown): CancelledBy | undefined {
    const { innermost } = this;
    const { visible, superseded, passing } = innermost;
    if (visible === undefined) return undefined;
    const isIts = passing !== undefined && carries(error, passing.error);
    if (!isIts && !carriesOne(error, [visible, ...superseded])) return undefined;
    const { reason } = visible;
    const exit = { kind: "cancelled", reason, error, state: "open" } as const;
    // What is printed of an exit is what is said of it.
    return Object.defineProperties({ ...exit } as CancelledBy, { error: hidden, state: hidden });
  }

  suspend(value: unknown): Promise<void> {
    return new Promise((resolve) => this.waitFor(value, resolve));
  }

  await(value: unknown): Promise<unknown> {
    const promise = new Promise((resolve, reject) => {
      this.waitFor(value, () => {
        const { hasFailed, value: given } = this.outcome!;
        this.outcome = undefined;
        if (hasFailed) reject(given);
        else resolve(given);
      });
    });
    // What is told first runs first: this is right before the function goes on, in whatever `catch` or `finally`.
    const enter = (): void => this.enter();
    promise.then(enter, enter);
    return promise;
  }

  pause(value: unknown, goesOn: (given: unknown) => boolean): Promise<unknown> {
    const promise = new Promise((resolve, reject) => {
      this.waitFor(value, () => {
        const { hasFailed, value: given } = this.outcome!;
        this.outcome = undefined;
        if (hasFailed) reject(given);
        else {
          if (!goesOn(given)) this.stop();
          resolve(given);
        }
      });
    });
    const enter = (): void => {
      if (!this.isAtYield) this.enter();
    };
    promise.then(enter, enter);
    return promise;
  }

  goOnAt(at: typeof stepping.context, isAsked: boolean): void {
    if (!this.isAtYield) return;
    const { askedAt } = this;
    this.isAtYield = false;
    this.askedAt = undefined;
    const isOpen = !isAsked && askedAt?.isClosed === false;
    this.place((at as CancelNode | undefined) ?? (isOpen ? askedAt : undefined));
    this.enter();
  }

  /** Stops at a yield: nothing that is cancelled where it was called reaches it, and nobody waits for it. */
  private stop(): void {
    this.isAtYield = true;
    this.askedAt = this.parent;
    this.place(undefined);
  }

  private waitFor(value: unknown, wake: () => void): void {
    this.leave();
    const wait = (this.wait = new Wait(this, wake, this.innermost.visible !== undefined));
    const waiter = new Waiter(wait);
    wait.waiter = waiter;
    settled(value).then(
      (given) => waiter.settle({ hasFailed: false, value: given }),
      (error: unknown) => waiter.settle({ hasFailed: true, value: error }),
    );
    this.look();
  }

  resume(): unknown {
    const { hasFailed, value } = this.outcome!;
    this.outcome = undefined;
    this.enter();
    if (hasFailed) throw value;
    return value;
  }

  /** What is awaited has settled. */
  settle(wait: Wait, outcome: Outcome): void {
    wait.outcome = outcome;
    this.look();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.leave();
    this.close();
    this.recount();
  }

  /** Puts it where it is called. */
  place(at: CancelNode | undefined): void {
    this.attach(at);
    this.refresh();
    this.recount();
  }

  override moved(): void {
    this.recount();
  }

  look(): void {
    this.waitsUnder?.look();
    const { wait } = this;
    if (wait === undefined) return;
    const isCancelled = this.innermost.visible !== undefined;
    // Children first: it goes on when all that are cancelled with it have ended.
    if (isCancelled && this.reached > 0) return;
    // What was begun in a cancelled scope throws, whatever has become of it by then.
    if (wait.outcome !== undefined && !(isCancelled && wait.isLate)) this.goOn(wait, this.outcomeOf(wait));
    else if (isCancelled && !wait.isDue) {
      wait.isDue = true;
      // One macrotask later, so that plain async functions between run their `finally`.
      macrotask(() => {
        wait.isDue = false;
        if (this.wait !== wait) return;
        if (this.innermost.visible === undefined || this.reached > 0) this.look();
        else this.goOn(wait, this.outcomeOf(wait));
      });
    }
  }

  /** Of what is awaited in a scope that is cancelled: an error that says more than the reason is not lost. */
  private outcomeOf({ outcome, isLate }: Wait): Outcome {
    const { visible, superseded } = this.innermost;
    if (visible === undefined) return outcome!;
    const { reason } = visible;
    if (outcome === undefined) return { hasFailed: true, value: reason };
    if (!outcome.hasFailed) return isLate ? { hasFailed: true, value: reason } : outcome;
    const isEcho = isAbortError(outcome.value) && !carriesOne(outcome.value, [visible, ...superseded]);
    return isEcho ? { hasFailed: true, value: reason } : outcome;
  }

  private goOn(wait: Wait, outcome: Outcome): void {
    this.wait = undefined;
    this.outcome = outcome;
    if (wait.outcome === undefined) this.ifAbandoned?.();
    this.ifAbandoned = undefined;
    wait.waiter!.wait = undefined;
    wait.wake();
  }

  private recount(): void {
    const isReached = !this.isOver && !this.isAtYield && this.visible !== undefined;
    const by = isReached ? (this.parent?.activation as Activation | undefined) : undefined;
    const before = this.countedBy;
    if (by === before) return;
    this.countedBy = by;
    if (by !== undefined) by.reached++;
    if (before !== undefined && --before.reached === 0) before.look();
  }
}

interface Outcome {
  readonly hasFailed: boolean;
  readonly value: unknown;
}

/** One `await` of an activation. */
class Wait {
  outcome: Outcome | undefined = undefined;
  waiter: Waiter | undefined = undefined;
  /** Whether a macrotask is to look at it. */
  isDue = false;

  constructor(
    readonly activation: Activation,
    readonly wake: () => void,
    /** Whether it was begun in a scope that was cancelled already. */
    readonly isLate: boolean,
  ) {}
}

/** What the awaited promise knows of it: nothing any more when it was abandoned. */
class Waiter {
  constructor(public wait: Wait | undefined) {}

  settle(outcome: Outcome): void {
    const { wait } = this;
    this.wait = undefined;
    wait?.activation.settle(wait, outcome);
  }
}

const hidden = { enumerable: false } as const;

/** What says that something has stopped because of a signal, and nothing else. */
function isAbortError(error: unknown): boolean {
  try {
    return (error as Error).name === "AbortError";
  } catch {
    return false;
  }
}

export type { Cancellation };
