import { checkMilliseconds, millisecondsNow } from "../compose/timers.js";
import type { Exit } from "../core/exit.js";
import { type Acquisition, Resource } from "../core/resource.js";
import { stepping } from "../core/step.js";
import { type CancelledBy, openKey } from "../core/step.js";
import { carries } from "../core/suppressed-error.js";
import { Activation } from "./activation.js";
import { CancelNode, currentNode, type Owner } from "./cancel-node.js";
import type { Limits } from "./cancellation.js";

/** How long is waited for what is being acquired or released when a scope is cancelled. */
export interface CancelOptions {
  /** For an acquisition, in milliseconds from the cancellation on. By default 5000. */
  readonly acquire?: number | undefined;
  /** For a release, in milliseconds from the cancellation on. By default as long as it takes. */
  readonly release?: number | undefined;
}

/** @throws {RangeError} for a limit that is `NaN`, negative or no number. */
export function limitsOf({ acquire = 5_000, release = Infinity }: CancelOptions, entry: string): Limits {
  checkMilliseconds(acquire, `${entry}: acquire`);
  checkMilliseconds(release, `${entry}: release`);
  return { acquire, release };
}

/** Cancels the scope it was handed. */
export type Cancel = (reason: unknown, limits: Limits) => void;

/** A resource that opens a cancel scope, or a shield. */
export class CancelScope implements Resource<void> {
  /** It is acquired also where nothing else is. */
  readonly [openKey] = true;

  /**
   * @param name stands for it in error messages.
   * @param start begins to look for what cancels it. @returns what ends that.
   */
  constructor(
    readonly name: string,
    readonly isShield: boolean,
    readonly start: (cancel: Cancel) => () => void,
  ) {}

  [Resource.acquire](): Acquisition<void> {
    return new OpenScope(this);
  }
}

/** An open cancel scope or shield, in the activation that has acquired it. */
class ScopeNode extends CancelNode {
  constructor(
    readonly activation: Owner,
    /** What holds its acquisition. */
    readonly holder: object,
    protected override readonly isCover: boolean,
  ) {
    super();
  }

  /** Puts it where it is released: in what is released after it. */
  open(): void {
    const { activation, holder } = this;
    const { isOfFunction } = holder as { isOfFunction?: boolean };
    let outer = activation.innermost;
    let inner: CancelNode | undefined;
    if (isOfFunction === true) {
      while (outer instanceof ScopeNode && outer.holder !== holder) {
        inner = outer;
        outer = outer.parent!;
      }
    }
    if (inner === undefined) {
      this.attach(outer);
      activation.innermost = this;
    } else this.insertAbove(inner);
    this.refresh();
    stepping.context = activation.innermost;
  }

  override close(): void {
    const { activation, parent } = this;
    if (activation.innermost === this) activation.innermost = parent!;
    super.close();
  }
}

class OpenScope implements Acquisition<void> {
  private node: ScopeNode | undefined = undefined;
  private stop: () => void = () => {};

  constructor(private readonly scope: CancelScope) {}

  /** It is read when it is acquired: by a function that may be cancelled, after that has opened it. */
  get handle(): void {
    if (this.node !== undefined) return;
    throw new TypeError(
      `ts-raii: ${this.scope.name} was acquired where nothing can be cancelled: acquire it by raii() in an async function or an async generator, and not in another resource`,
    );
  }

  [openKey](holder: object): void {
    const activation = currentNode()?.activation ?? new Activation(undefined);
    const { isShield, start } = this.scope;
    const node = (this.node = new ScopeNode(activation, holder, isShield));
    node.open();
    this.stop = start((reason, limits) => node.cancel({ reason, limits, since: millisecondsNow() }));
  }

  release(exit: Exit): void {
    const { node } = this;
    this.stop();
    if (node === undefined) return;
    const outer = node.parent!;
    node.close();
    const { visible } = outer;
    if (exit.kind !== "cancelled" || visible === undefined) return;
    const told = exit as CancelledBy;
    if (carries(told.error, visible.reason)) return;
    // What is around was cancelled as well: from here on that counts.
    const its = [node.visible!, ...node.superseded];
    if (its.some(({ reason }) => Object.is(reason, told.error))) {
      told.error = visible.reason;
      throw visible.reason;
    }
    outer.passing = { error: told.error };
  }
}
