import { AsyncScope } from "./async-scope.js";
import { processState } from "./process-state.js";
import { acquireKey, type Acquisition } from "./resource.js";
import { acquireResource, disposeMethod, type Held, leftBefore, notAResource } from "./scope.js";
import { type Context, openIfScope, openKey } from "./step.js";

/**
 * The scope of an async function or of a block of one: the first thing in it that can open a cancel scope does. Under one, it
 * acquires and releases masked.
 */
export class MaskedScope extends AsyncScope {
  /** @param isOfFunction what it holds is released after what the blocks hold, whenever it was acquired. */
  constructor(readonly isOfFunction = false) {
    super();
  }

  readonly isMasked = true;

  protected override context(): Context | undefined {
    return processState.context;
  }

  protected override open(acquisition: Acquisition<unknown>): void {
    openIfScope(acquisition, this);
  }

  override acquire(value: unknown, read?: unknown): unknown {
    if (this.state === "left") throw leftBefore();
    if (value === null || value === undefined) return value;
    if (typeof value !== "object" && typeof value !== "function") throw notAResource(value);
    const dispose = (read === undefined ? disposeMethod(value) : read) as Held["dispose"];
    const acquisition = this.acquireNow(value, typeof dispose === "function");
    this.top = { subject: value, dispose, acquisition, below: this.top };
    if (acquisition === undefined) return value;
    openIfScope(acquisition, this);
    return acquisition.handle;
  }

  private acquireNow(value: object, isDisposable: boolean): Acquisition<unknown> | undefined {
    const { context } = processState;
    const acquire = (value as Record<symbol, unknown>)[acquireKey];
    if (context === undefined || typeof acquire !== "function" || openKey in value)
      return acquireResource(value, isDisposable, acquire);
    const mask = context.mask("acquire", value);
    try {
      return acquireResource(value, isDisposable, acquire);
    } finally {
      mask.leave();
    }
  }
}

/** That of a block in which nothing is awaited. */
export class BlockScope extends MaskedScope {
  override exit(isCancelled = false): boolean {
    this.unwind(isCancelled);
    return super.exit();
  }
}
