import { currentAbandonment } from "../compose/abandonment.js";
import type { Exit } from "../core/exit.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { AdvisoryLockError, type AdvisoryLockKey } from "./advisory-lock-error.js";
import { callLock, type LockName, type ParameterClient, waitForLock } from "./advisory-lock-wait.js";
import { type ClientOf, type DatabasePool, isPool, type NoPool } from "./client.js";
import { type Lease, lease } from "./lease.js";
import type { Steps } from "./run-steps.js";
import { isAnswer, isConnectionLoss, sqlStateOf } from "./sql-state.js";

/** The options of {@link advisoryLock}. */
export interface AdvisoryLockOptions {
  /** Whether others may hold it at the same time, if they hold it shared as well; by default not. */
  readonly shared?: boolean | undefined;
  /**
   * How long to wait while somebody else holds it, in milliseconds: then the acquisition fails, and the server no longer
   * keeps a place for it. By default, as with `true`, as long as it takes; with `false` it fails at once.
   */
  readonly wait?: boolean | number | undefined;
}

class AdvisoryLock implements AsyncResource<object> {
  readonly name = "advisoryLock";

  private readonly lock: LockName;
  private readonly wait: boolean | number;

  constructor(
    private readonly target: object,
    readonly key: AdvisoryLockKey,
    { shared = false, wait = true }: AdvisoryLockOptions,
  ) {
    this.lock = { key, shared };
    this.wait = wait === Infinity ? true : wait;
  }

  /**
   * Where nobody waits for it any more (`withTimeout`, `race`), a client that a pool has lent is closed, and the server told.
   * One of the program's own is not ours to close: it waits on, and what it gets is released at once.
   */
  async [Resource.acquire](): Promise<Acquisition<object>> {
    const abandonment = currentAbandonment();
    const held = await lease(this.target);
    if (abandonment?.abandoned) await held.end(() => Promise.reject(abandonment.abandoned!.reason));
    const stopListening = abandonment?.onAbandoned(() => held.discard(abandonment.abandoned!.reason));
    try {
      await this.take(held);
      if (held.discardedFor) throw held.discardedFor.error;
    } catch (error) {
      const thrown = held.discardedFor ? held.discardedFor.error : explained(error, held, this.key);
      await held.end(() => Promise.reject(thrown));
    } finally {
      stopListening?.();
    }
    return { handle: held.client, release: (exit: Exit) => held.end(() => this.release(held, exit)) };
  }

  private async take(held: Lease): Promise<void> {
    const { lock, wait } = this;
    if (wait === true) await callLock(held.client, "advisory_lock", lock);
    else if (wait) await waitForLock(held, lock, wait);
    else if ((await callLock(held.client, "try_advisory_lock", lock)) !== true)
      throw new AdvisoryLockError(lock.key, "not available");
  }

  private async release(held: Lease, exit: Exit): Promise<void> {
    try {
      await this.unlock(held);
    } catch (error) {
      const { innermost, lost } = held.connection;
      const isKnown =
        exit.kind === "failed" &&
        (error as Partial<AdvisoryLockError>).failure === "connection lost" &&
        (isConnectionLoss(exit.error) || (lost !== undefined && exit.error === lost.error));
      // In a transaction that is aborted nothing can be done until it is rolled back, which its own scope does.
      if (sqlStateOf(error) === "25P02" && innermost !== undefined)
        innermost.atEnd.push(() => this.unlockLater(held));
      else if (!isKnown) throw error; // what the body failed with is not said twice
    }
  }

  private *unlockLater(held: Lease): Steps<void> {
    yield this.unlock(held);
  }

  private async unlock(held: Lease): Promise<void> {
    const { lock } = this;
    try {
      // By the client itself: the handle of a transaction may send nothing any more.
      const released = await callLock(held.connection.client, "advisory_unlock", lock);
      if (released !== true) throw new AdvisoryLockError(lock.key, "not held");
    } catch (error) {
      throw explained(error, held, lock.key);
    }
  }
}

/** What failed, by name; and whoever gets the client next must not hold the lock. */
function explained(error: unknown, held: Lease, key: AdvisoryLockKey): unknown {
  if (error instanceof AdvisoryLockError && error.failure === "not available") return error;
  held.spoiltBy ??= { error };
  if (error instanceof AdvisoryLockError || isAnswer(error)) return error;
  return new AdvisoryLockError(key, "connection lost", held.connection.lost?.error ?? error);
}

/**
 * An advisory lock of PostgreSQL, for `await raii(…)`: held by the session until the end of the scope. It locks nothing
 * but what those who take the same key agree on: a nightly job that runs once, a migration that runs on one server.
 *
 * It belongs to the session and not to a transaction. Take it before the transaction, so that what is done under it is
 * committed when the next one gets it. In a transaction that is aborted it is released after the rollback.
 *
 * @param client a client of PostgreSQL that sends parameters (node-postgres, PGlite), which must keep its session: no
 *   pooler in transaction mode; a pool, which lends a client for as long as the lock is held; or the handle of a
 *   transaction.
 * @param key a text, of which the server takes a 64-bit hash; or a number of 64 bits, as a bigint or a safe integer.
 * @param options `shared` with others that hold it shared; `wait`, how many milliseconds to wait while somebody else
 *   holds it, or `false` to fail at once.
 * @returns a resource whose handle is the client, or the one that the pool has lent. The same session can take the lock
 *   several times, and releases it as often.
 * @throws {TypeError} for what is no client, key or option; a RangeError for a `wait` that is out of range.
 * @throws at the acquisition, what the pool or the database answers; an {@link AdvisoryLockError} when
 *   somebody else holds it and `wait` is over; at the end of the scope an {@link AdvisoryLockError}, when it was no longer held.
 * @example
 * async function nightly(pool: Pool): Promise<void> {
 *   "use raii";
 *   await raii(advisoryLock(pool, "nightly", { wait: false }));
 *   await cleanUp(pool);
 * }
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export function advisoryLock<P extends DatabasePool>(
  pool: P,
  key: AdvisoryLockKey,
  options?: AdvisoryLockOptions,
): AsyncResource<ClientOf<P>>;
export function advisoryLock<C extends ParameterClient & NoPool>(
  client: C,
  key: AdvisoryLockKey,
  options?: AdvisoryLockOptions,
): AsyncResource<C>;
export function advisoryLock<T extends ParameterClient | DatabasePool>(
  clientOrPool: T,
  key: AdvisoryLockKey,
  options?: AdvisoryLockOptions,
): AsyncResource<ClientOf<T>>;
export function advisoryLock(
  target: object,
  key: AdvisoryLockKey,
  options: AdvisoryLockOptions = {},
): AsyncResource<unknown> {
  if (
    typeof (Object(target) as { query?: unknown }).query !== "function" &&
    !isPool(Object(target) as object)
  )
    throw wrong("takes a client of PostgreSQL, which has query(sql, values), or a pool of such clients");
  if (!isKey(key))
    throw wrong("takes a text, or a number of 64 bits as a bigint or a safe integer, as the key");
  for (const [option, value] of Object.entries(options)) {
    if (option !== "shared" && option !== "wait")
      throw wrong(`has no option ${option}; there are shared and wait`);
    if (value === undefined || typeof value === "boolean") continue;
    if (option === "shared") throw wrong("shared is a boolean");
    if (typeof value !== "number") throw wrong("wait is a boolean, or milliseconds");
    if (!(value >= 0 && (value < 2 ** 31 || value === Infinity)))
      throw new RangeError(`ts-raii: advisoryLock(): wait is milliseconds from 0, and not ${String(value)}`);
  }
  return new AdvisoryLock(target, key, { ...options });
}

function isKey(key: unknown): boolean {
  if (typeof key === "bigint") return BigInt.asIntN(64, key) === key;
  return typeof key === "string" || Number.isSafeInteger(key);
}

function wrong(what: string): TypeError {
  return new TypeError(`ts-raii: advisoryLock() ${what}`);
}
