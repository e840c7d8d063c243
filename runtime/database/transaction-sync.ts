import type { Exit } from "../core/exit.js";
import { type Acquisition, Resource } from "../core/resource.js";
import { begin, end } from "./begin-and-end.js";
import { beginStatements } from "./begin-statements.js";
import { checkClient, type SyncDatabaseClient } from "./client.js";
import { enter } from "./connection.js";
import { handleOf } from "./handle.js";
import { runSteps } from "./run-steps.js";
import { checkOptions, type SyncTransactionOptions } from "./transaction-options.js";

class SyncTransaction implements Resource<object> {
  readonly name = "transactionSync";

  constructor(
    private readonly client: object,
    private readonly options: SyncTransactionOptions,
  ) {}

  [Resource.acquire](): Acquisition<object> {
    const { client, options } = this;
    const level = enter(client, true);
    runSteps(begin(level, beginStatements(level, options)));
    return {
      handle: handleOf(level),
      release: (exit: Exit) => runSteps(end(level, exit, options.forceRollback)),
    };
  }
}

/**
 * A transaction on a synchronous client, for `raii(…)`: as {@link transaction}, committed if its scope succeeds and
 * rolled back if it fails, nested as a savepoint. For SQLite in the process: node:sqlite, better-sqlite3, bun:sqlite.
 *
 * In an async function all that other functions do on the connection meanwhile belongs to the transaction, too: do not
 * `await` in it what lets them.
 *
 * @param client what has a synchronous `exec(sql)`; or the handle of a transaction, to nest one in it.
 * @param options `begin`, the statement to begin with (`"BEGIN IMMEDIATE"`), and `forceRollback`.
 * @returns a resource whose handle is the client: the same methods and properties, but after the end of the scope it
 *   sends nothing more.
 * @throws {TypeError} for what is no client, an option that does not exist; at the acquisition, for a client that is
 *   asynchronous.
 * @throws at the acquisition and at the end of the scope, what the database answers, and a {@link TransactionError} as
 *   with {@link transaction}.
 * @example
 * function rename(db: DatabaseSync, id: number, name: string): void {
 *   "use raii";
 *   const tx = raii(transactionSync(db, { begin: "BEGIN IMMEDIATE" }));
 *   tx.prepare("update people set name = ? where id = ?").run(name, id);
 *   tx.prepare("insert into renamed (id) values (?)").run(id);
 * }
 * @see https://www.sqlite.org/lang_transaction.html
 */
export function transactionSync<C extends SyncDatabaseClient>(
  client: C & NotAsync<C>,
  options: SyncTransactionOptions = {},
): Resource<C> {
  checkClient(client, "transactionSync()");
  const checked = checkOptions(options, "transactionSync()", ["forceRollback", "begin"]);
  return new SyncTransaction(client, checked as SyncTransactionOptions) as Resource<unknown> as Resource<C>;
}

/** Refuses a client whose `exec` gives a promise. */
type NotAsync<C extends SyncDatabaseClient> =
  ReturnType<C["exec"]> extends PromiseLike<unknown> ? "the client is asynchronous: transaction()" : unknown;
