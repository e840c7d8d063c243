/**
 * What sends statements to a database and gives a promise: node-postgres's `Client` and `PoolClient`, PGlite, a connection
 * of mysql2/promise or mariadb, a promise-based SQLite client. It stands for one connection.
 */
export type DatabaseClient =
  { query(sql: string): PromiseLike<unknown> } | { exec(sql: string): PromiseLike<unknown> };

/** What sends statements to a database and waits for it: `DatabaseSync` of node:sqlite, better-sqlite3's `Database`. */
export interface SyncDatabaseClient {
  exec(sql: string): unknown;
}

/** A client that a pool has lent. */
export type PooledClient = DatabaseClient & { release(error?: any): unknown };

/** What lends clients: the `Pool` of node-postgres, or one that has `getConnection`, as those of mysql2 and mariadb. */
export type DatabasePool =
  | { connect(): PromiseLike<PooledClient>; readonly totalCount: number }
  | { getConnection(): PromiseLike<PooledClient> };

/** What is no pool: in types, as a pool of node-postgres also has a `query`. */
export interface NoPool {
  readonly totalCount?: undefined;
  readonly getConnection?: undefined;
}

/** The type of the client that is worked with: a pool's clients, and a client itself. Of a union of them, one of each. */
export type ClientOf<T> = T extends DatabasePool ? LentBy<T> : T;

/** node-postgres declares two forms of `connect`, and inference sees only the last. */
type LentBy<P> = P extends { getConnection(): PromiseLike<infer C> }
  ? C
  : P extends { connect: { (): PromiseLike<infer C>; (callback: any): void } }
    ? unknown extends C
      ? P extends { connect(): PromiseLike<infer D> }
        ? D
        : never
      : C
    : P extends { connect(): PromiseLike<infer D> }
      ? D
      : never;

/** All that is looked at of what somebody calls a client; nothing of it needs to be there. */
export interface LooseClient {
  query?: unknown;
  exec?: unknown;
  connect?: unknown;
  getConnection?: unknown;
  totalCount?: unknown;
  beginTransaction?: unknown;
  rollback?: unknown;
  closed?: unknown;
  getTransactionStatus?: unknown;
  isInTransaction?: unknown;
  info?: unknown;
  isTransaction?: unknown;
  inTransaction?: unknown;
  on?: unknown;
  removeListener?: unknown;
}

/** Whether it lends clients. A client of node-postgres has a `connect`, too, which connects itself. */
export function isPool(target: object): boolean {
  const { getConnection, connect, totalCount } = target as LooseClient;
  return (
    typeof getConnection === "function" || (typeof connect === "function" && typeof totalCount === "number")
  );
}

/** @throws {TypeError} for what is neither a client nor a pool. */
export function checkClient(target: unknown, caller: string): asserts target is object {
  const { query, exec } = Object(target) as LooseClient;
  if (typeof query === "function" || typeof exec === "function" || isPool(Object(target) as object)) return;
  throw new TypeError(
    `ts-raii: ${caller} takes a database client, which has query() or exec(), or a pool of such clients`,
  );
}

/** Whether the client is in a transaction, whoever began it; `undefined` where it does not tell. */
export function isInTransaction(client: LooseClient): boolean | undefined {
  const { getTransactionStatus: status, isInTransaction: asked, beginTransaction, rollback, closed } = client;
  if (typeof status === "function") {
    const letter: unknown = status.call(client); // node-postgres: the letter of the protocol, null before it is known
    return typeof letter === "string" ? letter !== "I" : undefined;
  }
  if (typeof asked === "function") {
    try {
      return Boolean(asked.call(client)); // PGlite
    } catch {
      return undefined; // it is closed
    }
  }
  // What PGlite's own transaction() hands out is one. (A connection of mysql2 has a rollback, too.)
  if (typeof rollback === "function" && typeof beginTransaction !== "function" && typeof closed === "boolean")
    return !closed;
  const { isTransaction, inTransaction, info } = client; // node:sqlite; better-sqlite3, bun:sqlite; mariadb
  if (typeof isTransaction === "boolean") return isTransaction;
  if (typeof inTransaction === "boolean") return inTransaction;
  // mariadb sets the flag by itself after every error: it can be trusted only where it is not set.
  const flags = isMysql(client) ? (Object(info) as { status?: unknown }).status : undefined;
  return typeof flags === "number" && !(flags & statusInTransaction) ? false : undefined;
}

/** `SERVER_STATUS_IN_TRANS`, of the flags that MySQL and MariaDB send with each result. */
export const statusInTransaction = 1;

/** Whether it is a client of MySQL or MariaDB: a connection of mysql2 or mariadb. */
export function isMysql(client: LooseClient): boolean {
  return typeof client.beginTransaction === "function";
}

/**
 * Sends one statement.
 * @returns what the client returned. Of node-postgres and PGlite its promise gives the `command` that was carried out.
 */
export function send(client: object, sql: string): unknown {
  const { query, exec } = client as LooseClient;
  return ((typeof query === "function" ? query : exec) as (sql: string) => unknown).call(client, sql);
}
