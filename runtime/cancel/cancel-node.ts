import type { Activation, CancelledBy, Context, Mask } from "../core/step.js";
import { stepping } from "../core/step.js";
import { type Controller, createController, type Signal } from "./abort-signal.js";
import type { Cancellation } from "./cancellation.js";

/** What a node needs of the activation that it is in. */
export interface Owner extends Activation {
  /** The last that is open in it. */
  innermost: CancelNode;
  /** Goes on stepping. */
  enter(): void;
  /** Stops stepping, for now. */
  leave(): void;
  /** Goes on without the mask that was in force. */
  unmask(): void;
  begin(at: CancelNode): Activation;
  mask(phase: "acquire" | "release", subject: object): Mask;
  exitBy(error: unknown): CancelledBy | undefined;
  /** What it waits for under a mask is to be told of a cancellation. */
  waitsUnder: { look(): void } | undefined;
  /** Tells it that something else is visible at its innermost node. */
  look(): void;
}

/**
 * A place where a cancellation can be seen: an activation, or a cancel scope, a shield or a mask that is open in one. They form a
 * tree. What is cancelled is pushed down to all that it reaches: to look for it upwards would take the square of the depth.
 */
export abstract class CancelNode implements Context {
  /** What it stands in; `undefined` at the top, and for what outlives a shield or a mask. */
  parent: CancelNode | undefined = undefined;
  /** Of the cancellations around and its own the outermost. */
  visible: Cancellation | undefined = undefined;
  /** Those that were visible before one around came. What they have ended is still unwinding. */
  superseded: readonly Cancellation[] = [];
  isClosed = false;
  /** An error that has left a cancelled scope in it, and is still on its way. */
  passing: { readonly error: unknown } | undefined = undefined;

  abstract readonly activation: Owner;
  /** Whether nothing from outside comes in: a shield or a mask. */
  protected readonly isCover: boolean = false;
  /** Whether it has a signal of its own: `"outer"` is that of what it stands in. */
  protected readonly signalIs: "own" | "outer" | "none" = "own";

  private own: Cancellation | undefined = undefined;
  private first: CancelNode | undefined = undefined;
  private before: CancelNode | undefined = undefined;
  private next: CancelNode | undefined = undefined;
  private controller: Controller | undefined = undefined;

  get isCancelled(): boolean {
    return this.visible !== undefined;
  }

  begin(): Activation {
    return this.activation.begin(this);
  }

  mask(phase: "acquire" | "release", subject: object): Mask {
    return this.activation.mask(phase, subject);
  }

  exitBy(error: unknown): CancelledBy | undefined {
    return this.activation.exitBy(error);
  }

  /** The signal of the innermost cancel scope around. */
  get signal(): Signal {
    let node: CancelNode | undefined = this;
    while (node?.signalIs === "outer") node = node.parent;
    if (node === undefined || node.signalIs === "none") return createController().signal;
    if (node.controller === undefined) {
      node.controller = createController();
      node.abort();
    }
    return node.controller.signal;
  }

  /** Cancels what stands in it. Only the first time counts. */
  cancel(cancellation: Cancellation): void {
    if (this.own !== undefined) return;
    this.own = cancellation;
    CancelNode.spread(this);
  }

  /** Puts it, as yet without children, into another. */
  attach(parent: CancelNode | undefined): void {
    this.detach();
    if (parent === undefined) return;
    this.parent = parent;
    this.next = parent.first;
    if (parent.first !== undefined) parent.first.before = this;
    parent.first = this;
  }

  /** Puts it between a child and what that stands in. */
  insertAbove(child: CancelNode): void {
    this.attach(child.parent);
    child.attach(this);
  }

  /** Notes what is visible where it stands now. */
  refresh(): void {
    CancelNode.spread(this);
  }

  /** Ends it. What stands in it belongs to what is around; what was covered stays so. */
  close(): void {
    const { parent } = this;
    this.isClosed = true;
    this.own = undefined;
    for (let child = this.first; child !== undefined; child = this.first) {
      child.attach(this.isCover ? undefined : parent);
      CancelNode.spread(child);
      child.moved();
    }
    this.detach();
  }

  /** Is told when it stands in another node, or something else is visible. */
  moved(): void {}

  private detach(): void {
    const { parent, before, next } = this;
    if (parent === undefined) return;
    if (before === undefined) parent.first = next;
    else before.next = next;
    if (next !== undefined) next.before = before;
    this.parent = this.before = this.next = undefined;
  }

  /** @returns whether something else is visible than before. */
  private update(): boolean {
    const { visible } = this;
    const now = (this.isCover ? undefined : this.parent?.visible) ?? this.own;
    if (now === visible) return false;
    this.visible = now;
    if (now === undefined) this.superseded = [];
    else if (visible !== undefined) this.superseded = [...this.superseded, visible];
    return true;
  }

  private abort(): void {
    if (this.visible !== undefined) this.controller?.abort(this.visible.reason);
  }

  /** Pushes down what is visible. Signals abort first; then each activation is told. No recursion (S9). */
  private static spread(top: CancelNode): void {
    const changed: CancelNode[] = [];
    const list = [top];
    for (let node = list.pop(); node !== undefined; node = list.pop()) {
      if (!node.update()) continue;
      changed.push(node);
      for (let child = node.first; child !== undefined; child = child.next) list.push(child);
    }
    for (const node of changed) node.abort();
    for (const node of changed) node.moved();
    for (const { activation } of changed) activation.look();
  }
}

/** The innermost node where code runs. */
export function currentNode(): CancelNode | undefined {
  return stepping.context as CancelNode | undefined;
}
