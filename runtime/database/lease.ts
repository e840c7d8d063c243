import { combineErrors } from "../core/suppressed-error.js";
import { isPool, type LooseClient } from "./client.js";
import { type Connection, connectionOf } from "./connection.js";

/** A client to work with: the program's own, or one that a pool has lent. */
export class Lease {
  readonly connection: Connection;
  /** Why its connection is of no more use, where the connection does not know that itself. */
  spoiltBy: { readonly error: unknown } | undefined = undefined;
  private readonly stopWatching: () => void;
  /** Why it was given back before its end. */
  discardedFor: { readonly error: unknown } | undefined = undefined;
  private discarding: Promise<void> | undefined = undefined;
  /** A pool takes a client back once: the next time it may be that of somebody else. */
  private isGivenBack = false;

  constructor(
    readonly client: object,
    private readonly pool?: LooseClient,
  ) {
    this.connection = connectionOf(client, false);
    this.stopWatching = this.connection.watch();
  }

  /** Does what is to be done last, and gives the client back whatever comes of that. @throws both errors, if both fail. */
  async end(last: () => PromiseLike<void>): Promise<void> {
    let failure: { error: unknown } | undefined;
    try {
      await last();
    } catch (error) {
      failure = { error };
    }
    try {
      if (this.pool) await (this.discarding ?? this.giveBack(this.pool, failure));
    } catch (error) {
      failure = { error: failure ? combineErrors(error, failure.error, { name: "pool client" }) : error };
    }
    this.stopWatching();
    if (failure) throw failure.error;
  }

  /**
   * Gives a client that a pool has lent back to be closed, whatever it is doing, and has the server cancel that. Nothing
   * is done with a client of the program's own.
   */
  discard(error: unknown): void {
    const { pool, client } = this;
    if (!pool || this.isGivenBack) return;
    this.spoiltBy = this.discardedFor = { error };
    // At once, and what it throws is told at the end, too: whoever abandons it has others to tell.
    this.discarding = new Promise((resolve) => resolve(this.giveBack(pool, undefined))).then(() =>
      cancelOn(pool, client),
    );
    this.discarding.catch(() => {}); // it is awaited at the end
  }

  /** With an error if its connection is of no more use: the pool then closes it. */
  private giveBack(pool: LooseClient, failure: { readonly error: unknown } | undefined): unknown {
    const { client, connection, spoiltBy } = this;
    this.isGivenBack = true;
    const { release, destroy } = client as { release?: unknown; destroy?: unknown };
    const why =
      connection.lost ?? spoiltBy ?? (connection.unended ? (failure ?? { error: true }) : undefined);
    // The release() of mysql2 and mariadb takes no error; what is to be closed there is destroyed.
    if (why && typeof pool.getConnection === "function" && typeof destroy === "function")
      return destroy.call(client) as unknown;
    return (release as (error?: unknown) => unknown).call(client, why && (why.error || true));
  }
}

/**
 * A server of PostgreSQL does not notice that a client is gone while it lets it wait for a lock, and would give it that.
 * The pool has room for one more: the client was one of its own.
 */
async function cancelOn(pool: LooseClient, client: object): Promise<void> {
  const { processID } = client as { processID?: unknown };
  const { query } = pool as { query?: unknown };
  if (typeof query !== "function" || typeof processID !== "number") return;
  try {
    // Only what waits for such a lock: behind a proxy the number may be that of somebody else's session.
    const sql =
      "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE pid = $1 AND locktype = 'advisory' AND NOT granted";
    await (query.call(pool, sql, [processID]) as unknown);
  } catch {} // the pool has ended; the wait of the server will end with the lock
}

/** A lease of the client itself, or of one that the pool lends. @throws or rejects with what the pool does. */
export function lease(target: object): Lease | PromiseLike<Lease> {
  if (!isPool(target)) return new Lease(target);
  const { getConnection, connect } = target as LooseClient;
  const lend = (typeof getConnection === "function" ? getConnection : connect) as () => PromiseLike<object>;
  return lend.call(target).then((client) => new Lease(client, target));
}
