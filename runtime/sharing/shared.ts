import { checkResource } from "../compose/acquisition-of.js";
import type { Derived } from "../compose/derived.js";
import { requireFunction } from "../compose/require-function.js";
import { checkMilliseconds } from "../compose/timers.js";
import { nameOf } from "../core/describe.js";
import { resource as resourceOf } from "../core/function-resource.js";
import type { AsyncHandle } from "../core/handle.js";
import type { AsyncResource } from "../core/resource.js";
import { endShared } from "./end-shared.js";
import { KeptErrors } from "./kept-errors.js";
import { SharedCell } from "./shared-cell.js";

/** How long what is shared is kept. */
export interface SharedOptions {
  /**
   * For how many milliseconds it is kept when nobody has it any more, for the next borrower; `Infinity`: until the
   * owner's scope ends. By default it is released with its last borrower.
   */
  readonly idle?: number | undefined;
  /**
   * Is told the error of a release that came by `idle`, when nobody waits for it. By default it is kept, and thrown when
   * the owner's scope ends.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Shares one acquisition among all who borrow it at the same time: the first borrower acquires it, and it is released
 * when the last one has given it back, or `idle` milliseconds later. Borrowers who come while it is being acquired wait
 * for that; who comes while it is being released waits, and acquires it anew. If acquiring fails, all who wait for it are
 * thrown that error, and the next borrower tries anew.
 *
 * What is shared belongs to a scope: `raii(shared(…))` gives a resource that others borrow, and the end of that scope
 * releases what is idle. Who borrows later is thrown a {@link ClosedError}. If somebody still has it, it is released
 * with the last of them; the owner's scope waits for that, if it has acquired by `await raii`.
 *
 * The scope that ends it tells how it ended (S5), when that is the owner's. Else the release is told `succeeded`: that
 * one borrower has failed is nothing to the others. It throws to the last borrower. So share a connection, but no
 * transaction.
 *
 * @param resource acquired anew whenever nobody has it; a promise or what is disposed of is refused, as it cannot be.
 * @returns a resource whose handle is the shared resource; both are synchronous where `resource` is.
 * @throws {TypeError} when `resource` is no resource. @throws {RangeError} when `idle` is `NaN`, negative or no number.
 * @example
 * const db = await raii(shared(connect(url), { idle: 10_000 }));
 * // anywhere below, and at the same time
 * const client = await raii(db);
 * @see https://effect-ts.github.io/effect/effect/RcRef.ts.html
 */
export function shared<R extends AsyncResource<unknown>>(
  resource: R,
  options: SharedOptions = {},
): Derived<R, Derived<R, AsyncHandle<R>>> {
  checkResource(resource, "shared()");
  const { idle, onError } = checkShared(options, "shared()");
  return resourceOf(
    () => new SharedCell(resource, idle, new KeptErrors(onError)),
    (cell, exit) => endShared([cell], cell.errors, exit),
    nameOf(resource),
  ) as never;
}

/** @throws {RangeError | TypeError} when an option is none. */
export function checkShared(options: SharedOptions, taker: string): SharedOptions {
  const { idle, onError } = options;
  if (idle !== undefined) checkMilliseconds(idle, `${taker}: idle`);
  if (onError !== undefined) requireFunction(onError, `${taker}: onError`);
  return { idle, onError };
}
