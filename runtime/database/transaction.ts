import type { Exit } from "../core/exit.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { begin, end } from "./begin-and-end.js";
import { beginStatements } from "./begin-statements.js";
import { checkClient, type ClientOf, type DatabaseClient, type DatabasePool, type NoPool } from "./client.js";
import { enter, type Level } from "./connection.js";
import { handleOf } from "./handle.js";
import { Lease, lease } from "./lease.js";
import { awaitSteps } from "./run-steps.js";
import { checkOptions, type TransactionOptions } from "./transaction-options.js";

/** @internal What {@link transaction} makes. */
export class Transaction implements AsyncResource<object> {
  readonly name = "transaction";

  constructor(
    private readonly target: object,
    private readonly options: TransactionOptions,
  ) {}

  async [Resource.acquire](): Promise<Acquisition<object>> {
    const { target, options } = this;
    const leased = lease(target);
    // Without an await where there is no need of one: what somebody else begins at the same time is then told apart.
    const held = leased instanceof Lease ? leased : await leased;
    let level: Level;
    try {
      level = enter(held.client, false);
      await awaitSteps(begin(level, beginStatements(level, options)));
    } catch (error) {
      await held.end(() => Promise.reject(error));
      throw error; // never comes here
    }
    return {
      handle: handleOf(level),
      release: (exit: Exit) => held.end(() => awaitSteps(end(level, exit, options.forceRollback))),
    };
  }
}

/**
 * A transaction, for `await raii(…)`: committed if its scope succeeds, and rolled back if that fails or is cancelled. In
 * a transaction (`transaction(tx)`, of the handle of the outer one) it is a savepoint, so that it can be rolled back by
 * itself. It needs no more of a client than that it sends SQL: node-postgres, PGlite, mysql2/promise, mariadb and others.
 *
 * On one connection transactions nest, or come one after the other. For several at a time give it a pool. In a
 * transaction give it the handle, never the pool: that would wait for a second client, in the end for ever.
 *
 * After a ROLLBACK that failed, the next transaction on the same client first rolls back what was left, with all that was
 * sent on the client in between. It fails, and leaves that alone, where it has seen the program begin a transaction of its
 * own in between. It cannot see one that is begun by a statement prepared before, or by other means than the methods
 * of the client.
 *
 * @param client a client; a pool, which lends a client for the transaction and closes it if its connection is of no more
 *   use; or the handle of a transaction, to nest one in it. A client that is in a transaction begun by other means, and
 *   can tell so (node-postgres, PGlite), gets a savepoint in it.
 * @param options `isolation`, `readOnly`, `deferrable`; or `begin`, the statement to begin with; and `forceRollback`.
 * @returns a resource whose handle is the client, or the one that the pool has lent: the same methods and properties, but
 *   after the end of the scope it sends nothing more. Nothing is sent until it is acquired.
 * @throws {TypeError} for what is no client, and for options that do not exist or go not together.
 * @throws at the acquisition, what the pool or the database answers; a {@link TransactionError} when the client is in a
 *   transaction already, the one before it could not be rolled back, or the connection is lost.
 * @throws at the end of the scope, what the database answers to the COMMIT (it is then rolled back); a
 *   {@link TransactionError} when it was not committed for another reason, when that is not known, or when it could not be
 *   rolled back. No error of the body is lost: a SuppressedError holds both.
 * @example
 * async function transfer(pool: Pool, from: number, to: number, amount: number): Promise<void> {
 *   "use raii";
 *   const tx = await raii(transaction(pool, { isolation: "repeatable read" }));
 *   await tx.query("update accounts set balance = balance - $1 where id = $2", [amount, from]);
 *   await tx.query("update accounts set balance = balance + $1 where id = $2", [amount, to]);
 * }
 * @see https://www.psycopg.org/psycopg3/docs/basic/transactions.html
 * @see https://www.postgresql.org/docs/current/sql-savepoint.html
 */
export function transaction<P extends DatabasePool>(
  pool: P,
  options?: TransactionOptions,
): AsyncResource<ClientOf<P>>;
export function transaction<C extends DatabaseClient & NoPool>(
  client: C,
  options?: TransactionOptions,
): AsyncResource<C>;
export function transaction<T extends DatabaseClient | DatabasePool>(
  clientOrPool: T,
  options?: TransactionOptions,
): AsyncResource<ClientOf<T>>;
export function transaction(target: object, options: TransactionOptions = {}): AsyncResource<unknown> {
  checkClient(target, "transaction()");
  return new Transaction(target, checkOptions(options, "transaction()"));
}
