import type { Exit } from "../exit.js";
import { type Acquisition, type AsyncResource, Resource } from "../resource.js";
import { AdvisoryLockError, type AdvisoryLockKey } from "./advisory-lock-error.js";
import { type ClientOf, type DatabasePool, isPool, type NoPool } from "./client.js";
import { type Lease, lease } from "./lease.js";
import { isAnswer, sqlStateOf } from "./sql-state.js";
import type { Steps } from "./steps.js";

/** What can take part in an advisory lock: a client of PostgreSQL, which sends parameters. */
export interface ParameterClient {
  query(sql: string, values: any[]): PromiseLike<{ rows: any[] }>;
}

/** The options of {@link advisoryLock}. */
export interface AdvisoryLockOptions {
  /** Whether others may hold it at the same time, if they hold it shared as well; by default not. */
  readonly shared?: boolean | undefined;
  /** Whether to wait while somebody else holds it, as is the default; else the acquisition fails at once. */
  readonly wait?: boolean | undefined;
}

class AdvisoryLock implements AsyncResource<object> {
  readonly name = "advisoryLock";

  constructor(
    private readonly target: object,
    readonly key: AdvisoryLockKey,
    private readonly options: AdvisoryLockOptions,
  ) {}

  async [Resource.acquire](): Promise<Acquisition<object>> {
    const { key, options } = this;
    const held = await lease(this.target);
    try {
      const tried = options.wait === false;
      const taken = await call(held.client, tried ? "try_advisory_lock" : "advisory_lock", key, options);
      if (tried && taken !== true) throw new AdvisoryLockError(key, "not available");
    } catch (error) {
      await held.end(() => Promise.reject(explained(error, held, key)));
    }
    return { handle: held.client, release: (exit: Exit) => held.end(() => this.release(held, exit)) };
  }

  private async release(held: Lease, exit: Exit): Promise<void> {
    try {
      await this.unlock(held);
    } catch (error) {
      const { innermost, lost } = held.connection;
      const isKnown = lost !== undefined && exit.kind === "failed" && exit.error === lost.error;
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
    const { key, options } = this;
    try {
      // By the client itself: the handle of a transaction may send nothing any more.
      const released = await call(held.connection.client, "advisory_unlock", key, options);
      if (released !== true) throw new AdvisoryLockError(key, "not held");
    } catch (error) {
      throw explained(error, held, key);
    }
  }
}

/** What failed, by name; and whoever gets the client next must not hold the lock. */
function explained(error: unknown, held: Lease, key: AdvisoryLockKey): unknown {
  if (error instanceof AdvisoryLockError && error.failure === "not available") return error;
  held.spoiltBy = { error };
  if (error instanceof AdvisoryLockError || isAnswer(error)) return error;
  return new AdvisoryLockError(key, "connection lost", held.connection.lost?.error ?? error);
}

/** Calls one of PostgreSQL's functions. Of a text it takes a hash, by the server, so that all programs take the same. */
async function call(
  client: object,
  name: string,
  key: AdvisoryLockKey,
  { shared }: AdvisoryLockOptions,
): Promise<unknown> {
  const number = typeof key === "string" ? "hashtextextended($1::text, 0)" : "$1::bigint";
  const sql = `SELECT pg_${name}${shared ? "_shared" : ""}(${number}) AS result`;
  const { rows } = await (client as ParameterClient).query(sql, [String(key)]);
  return (rows[0] as { result?: unknown } | undefined)?.result;
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
 * @param options `shared` with others that hold it shared; `wait: false` to fail at once instead of waiting.
 * @returns a resource whose handle is the client, or the one that the pool has lent. The same session can take the lock
 *   several times, and releases it as often.
 * @throws {TypeError} for what is no client, key or option.
 * @throws at the acquisition, what the pool or the database answers; an {@link AdvisoryLockError} with `wait: false`, when
 *   somebody else holds it; at the end of the scope an {@link AdvisoryLockError}, when it was no longer held.
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
    if (value !== undefined && typeof value !== "boolean") throw wrong(`${option} is a boolean`);
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
