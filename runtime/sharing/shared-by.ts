import { checkResource } from "../compose/acquisition-of.js";
import type { Derived } from "../compose/derived.js";
import { requireFunction } from "../compose/require-function.js";
import { describe } from "../core/describe.js";
import { resource } from "../core/function-resource.js";
import type { AsyncHandle } from "../core/handle.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { ClosedError } from "./closed-error.js";
import { endShared } from "./end-shared.js";
import { KeptErrors } from "./kept-errors.js";
import { checkShared, type SharedOptions } from "./shared.js";
import { SharedCell } from "./shared-cell.js";

/** What {@link sharedBy} gives: one shared resource for each key. */
export interface SharedMap<in K, out Shared> {
  /**
   * The resource of this key, to be borrowed any number of times. Nothing runs until it is.
   * @param key compared as by `Map`: objects by identity.
   */
  get(key: K): Shared;
  /** How many there are at the moment: acquired, being acquired or being released. */
  readonly size: number;
}

class SharedCells implements SharedMap<unknown, unknown> {
  readonly cells = new Map<unknown, SharedCell>();
  readonly errors: KeptErrors;
  private isClosed = false;

  constructor(
    private readonly make: (key: unknown) => object,
    private readonly options: SharedOptions,
  ) {
    this.errors = new KeptErrors(options.onError);
  }

  get size(): number {
    return this.cells.size;
  }

  get(key: unknown): AsyncResource<unknown> {
    return new SharedEntry(this, key);
  }

  /** Looked up by each borrower, as it is forgotten when nothing of it is left. */
  cellOf(key: unknown, name: string): SharedCell {
    const held = this.cells.get(key);
    if (held !== undefined) return held;
    if (this.isClosed) throw new ClosedError(name, "cannot borrow the shared");
    const made = this.make(key);
    checkResource(made, "sharedBy()");
    const cell = new SharedCell(made, this.options.idle, this.errors, () => {
      if (this.cells.get(key) === cell) this.cells.delete(key); // and not the one that has come after it
    });
    this.cells.set(key, cell);
    return cell;
  }

  close(): readonly SharedCell[] {
    this.isClosed = true;
    return [...this.cells.values()];
  }
}

class SharedEntry implements AsyncResource<unknown> {
  constructor(
    private readonly owner: SharedCells,
    private readonly key: unknown,
  ) {}

  get name(): string {
    return describe(this.key);
  }

  [Resource.acquire](): Acquisition<unknown> | Promise<Acquisition<unknown>> {
    return this.owner.cellOf(this.key, this.name)[Resource.acquire]();
  }
}

/**
 * Shares one resource for each key, as {@link shared} shares one: the first borrower of a key acquires its resource, and
 * it is released when the last one has given it back, or `idle` milliseconds later.
 *
 * @param make is given the key and returns its resource, each time it is to be acquired.
 * @returns a resource whose handle has `get(key)`; synchronous where those that `make` returns are.
 * @throws {TypeError} when `make` is no function, and for a borrower when it returns no resource.
 * @throws {RangeError} when `idle` is `NaN`, negative or no number.
 * @example
 * const databases = await raii(sharedBy((tenant: string) => connect(urlOf(tenant)), { idle: 10_000 }));
 * const client = await raii(databases.get("north"));
 * @see https://effect-ts.github.io/effect/effect/RcMap.ts.html
 */
export function sharedBy<K, R extends AsyncResource<unknown>>(
  make: (key: K) => R,
  options: SharedOptions = {},
): Derived<R, SharedMap<K, Derived<R, AsyncHandle<R>>>> {
  requireFunction(make, "sharedBy(make)");
  const checked = checkShared(options, "sharedBy()");
  return resource(
    () => new SharedCells(make as never, checked),
    (shared, exit) => endShared(shared.close(), shared.errors, exit),
    make.name || "sharedBy",
  ) as never;
}
