import { checkResource } from "../compose/acquisition-of.js";
import { nameOf } from "../core/describe.js";
import type { AsyncHandle } from "../core/handle.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { ItemPool } from "./open-pool.js";
import { checkPoolOptions, type PoolOptions } from "./pool-options.js";

/** What {@link pool} gives: a resource, which borrows one of the pool. `await raii(pool)` waits for its turn. */
export interface Pool<out T> extends AsyncResource<T> {
  /** How many there are: lent, idle, and being acquired, validated or released. */
  readonly size: number;
  /** How many of them wait to be lent. */
  readonly idle: number;
  /** How many borrowers wait. */
  readonly waiting: number;
}

class PoolResource implements AsyncResource<unknown> {
  readonly name: string;

  constructor(
    private readonly resource: object,
    private readonly options: PoolOptions<unknown>,
  ) {
    this.name = nameOf(resource);
  }

  async [Resource.acquire](): Promise<Acquisition<unknown>> {
    const { resource, options } = this;
    const items = new ItemPool(resource, options);
    if (options.min) await items.fill(options.min);
    return { handle: items, release: (exit) => items.close(exit) };
  }
}

/**
 * Keeps up to `max` of a resource for borrowers, who each have one for themselves: one is acquired when none is idle,
 * given back when its borrower's scope ends, and lent again. Borrowers for whom there is none wait, and are served in the
 * order in which they came. If acquiring one fails, one borrower is thrown that error, and its place is free again.
 *
 * The pool itself is a resource. When its scope ends, those who wait are thrown a {@link ClosedError}, as are those who
 * come later; what is idle is released, told how that scope ended; what is lent is waited for, and released when it is
 * given back. To give back never fails and takes no time: what must be released before that is, for being idle, not
 * valid or discarded, is released apart, and fails as `onError` says.
 *
 * @param resource acquired anew for each one; a promise or what is disposed of is refused, as it cannot be.
 * @param options how many there are, and how they are treated.
 * @returns a resource whose handle is the pool, which is the resource that borrows one; nothing runs until it is acquired.
 *   Acquiring it acquires `min` at once, and fails if one of them does.
 * @throws {TypeError} when `resource` is no resource, or an option is no function that must be.
 * @throws {RangeError} when an option is `NaN` or out of range. A borrower is thrown what an acquisition throws, a
 *   {@link ClosedError}, or after `acquireTimeout` a {@link TimeoutError}.
 * @example
 * const connections = await raii(pool(connect(url), { max: 10, idle: 30_000, validate: (it) => it.ping() }));
 * // in each request
 * const connection = await raii(connections);
 * @see https://effect-ts.github.io/effect/effect/Pool.ts.html
 */
export function pool<R extends AsyncResource<unknown>>(
  resource: R,
  options: PoolOptions<AsyncHandle<R>>,
): AsyncResource<Pool<AsyncHandle<R>>> {
  checkResource(resource, "pool()");
  checkPoolOptions(options);
  return new PoolResource(resource, { ...options } as PoolOptions<any>) as AsyncResource<Pool<any>>;
}
