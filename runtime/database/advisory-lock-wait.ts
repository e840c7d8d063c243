import { AdvisoryLockError, type AdvisoryLockKey } from "./advisory-lock-error.js";
import { isInTransaction, type LooseClient, send } from "./client.js";
import type { Lease } from "./lease.js";
import { sqlStateOf } from "./sql-state.js";

/** What can take part in an advisory lock: a client of PostgreSQL, which sends parameters. */
export interface ParameterClient {
  query(sql: string, values: any[]): PromiseLike<{ rows: any[] }>;
}

/** A lock by its name: which one, and whether it is shared. */
export interface LockName {
  readonly key: AdvisoryLockKey;
  readonly shared: boolean;
}

/** Of a text the server takes a hash, so that all programs take the same. */
function numberOf(key: AdvisoryLockKey): string {
  return typeof key === "string" ? "hashtextextended($1::text, 0)" : "$1::bigint";
}

/** Calls one of PostgreSQL's functions. @returns what it does. */
export async function callLock(client: object, name: string, { key, shared }: LockName): Promise<unknown> {
  const sql = `SELECT pg_${name}${shared ? "_shared" : ""}(${numberOf(key)}) AS result`;
  return (await ask(client, sql, [String(key)])).result;
}

async function ask(client: object, sql: string, values: unknown[]): Promise<Record<string, unknown>> {
  const { rows } = await (client as ParameterClient).query(sql, values);
  return Object(rows[0]) as Record<string, unknown>;
}

/**
 * Waits for the lock, at most so many milliseconds. It is the server that ends the wait, by its `lock_timeout`: neither
 * the client nor its place in the server is kept longer.
 * @throws {AdvisoryLockError} `"not available"`, when it takes longer.
 */
export async function waitForLock(held: Lease, lock: LockName, milliseconds: number): Promise<void> {
  const { client, connection } = held;
  const limit = String(Math.max(1, Math.ceil(milliseconds)));
  try {
    if (connection.innermost === undefined && isInTransaction(connection.client) !== true)
      await waitAlone(client, lock, limit);
    else await waitInTransaction(connection.client, lock, limit);
  } catch (error) {
    if (sqlStateOf(error) !== "55P03") throw error; // lock_not_available
    throw new AdvisoryLockError(lock.key, "not available", error, milliseconds);
  }
}

/** The setting ends with the transaction, here the one statement. It is made first: the function is called for its row. */
async function waitAlone(client: object, { key, shared }: LockName, limit: string): Promise<void> {
  const sql =
    `SELECT pg_advisory_lock${shared ? "_shared" : ""}(${numberOf(key)}) ` +
    "FROM (SELECT set_config('lock_timeout', $2::text, true) AS value OFFSET 0) AS setting WHERE value IS NOT NULL";
  await ask(client, sql, [String(key), limit]);
}

/**
 * The end of the wait must not abort the transaction, and the setting must not outlive the wait. All of it is one message
 * to the server, so that no statement that somebody else sends meanwhile comes in between and is rolled back with it.
 */
async function waitInTransaction(client: object, { key, shared }: LockName, limit: string): Promise<void> {
  const sql = `SELECT (${numberOf(key)})::text AS number, current_setting('lock_timeout') AS before`;
  const { number, before } = await ask(client, sql, [String(key)]);
  // Both are from the server; that they are what they must be is looked at before they become a part of a statement.
  if (!/^-?\d+$/.test(String(number)) || !/^\w+$/.test(String(before)))
    throw new TypeError("ts-raii: advisoryLock() needs a client whose query() gives `rows` of objects");
  try {
    await sendAll(client, [
      "SAVEPOINT raii_lock",
      `SET LOCAL lock_timeout = ${limit}`,
      `SELECT pg_advisory_lock${shared ? "_shared" : ""}(${String(number)})`,
      `SET LOCAL lock_timeout = '${String(before)}'`,
      "RELEASE SAVEPOINT raii_lock",
    ]);
  } catch (error) {
    if (sqlStateOf(error) === "55P03")
      await sendAll(client, ["ROLLBACK TO SAVEPOINT raii_lock", "RELEASE SAVEPOINT raii_lock"]);
    throw error;
  }
}

/** PGlite takes several statements by its exec() only. */
async function sendAll(client: object, statements: readonly string[]): Promise<void> {
  const { exec } = client as LooseClient;
  const sql = statements.join("; ");
  await (typeof exec === "function" ? (exec.call(client, sql) as unknown) : send(client, sql));
}
