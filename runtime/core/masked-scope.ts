import { AsyncScope } from "./async-scope.js";
import { acquireKey, type Acquisition } from "./resource.js";
import {
  acquireResource,
  disposeMethod,
  type Held,
  leftBefore,
  notAResource,
  unpolyfilled,
} from "./scope.js";
import { stepping } from "./step.js";
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
    return stepping.context;
  }

  protected override open(acquisition: Acquisition<unknown>): void {
    openIfScope(acquisition, this);
  }

  override acquire(value: unknown, read?: unknown): unknown {
    if (this.state === "left") throw leftBefore();
    if (value === null || value === undefined) return value;
    if (typeof value !== "object" && typeof value !== "function") throw notAResource(value);
    const dispose = read === undefined ? disposeMethod(value) : read;
    return this.acquireBy(value, dispose, (value as Record<symbol, unknown>)[acquireKey]);
  }

  /** As `acquire`. @param read what unrolled code has read of it: see `hold`. */
  acquireRead(value: unknown, read: unknown): unknown {
    if (typeof read === "function") return this.acquireBy(value as object, undefined, read);
    if (read === false) return this.acquire(value);
    return this.acquire(value, read ?? (value as Late)?.[unpolyfilled] ?? null);
  }

  private acquireBy(value: object, dispose: unknown, acquire: unknown): unknown {
    const isDisposable = typeof dispose === "function";
    const { context } = stepping;
    const isMasked = context !== undefined && typeof acquire === "function" && !(openKey in value);
    const mask = isMasked ? context.mask("acquire", value) : undefined;
    let acquisition: Acquisition<unknown> | undefined;
    try {
      acquisition = acquireResource(value, isDisposable, acquire);
    } finally {
      mask?.leave();
    }
    this.top = { subject: value, dispose: dispose as Held["dispose"], acquisition, below: this.top };
    if (acquisition === undefined) return value;
    openIfScope(acquisition, this);
    return acquisition.handle;
  }
}

type Late = Partial<Record<symbol, unknown>> | null;

/** That of a block in which nothing is awaited. */
export class BlockScope extends MaskedScope {
  override exit(isCancelled = false): boolean {
    this.unwind(isCancelled);
    return super.exit();
  }
}
