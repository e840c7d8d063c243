import { isMysql } from "./client.js";
import type { Level } from "./connection.js";
import type { TransactionOptions } from "./transaction-options.js";

/**
 * The statements that begin a transaction. All of their text is from here, or is the `begin` of the program.
 * @throws {TypeError} for a savepoint that is to begin in a way of its own.
 */
export function beginStatements(level: Level, options: TransactionOptions): string[] {
  const { begin, isolation, readOnly, deferrable } = options;
  if (level.savepoint !== undefined) {
    if ([begin, isolation, readOnly, deferrable].every((option) => option === undefined)) return [];
    level.close();
    throw new TypeError(
      "ts-raii: a nested transaction takes no isolation, readOnly, deferrable or begin: it is a part of the outer one, " +
        "which has them",
    );
  }
  if (begin !== undefined) return [begin];
  const isolated = isolation === undefined ? "" : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  const access = readOnly === undefined ? "" : readOnly ? " READ ONLY" : " READ WRITE";
  const deferred = deferrable === undefined ? "" : deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
  if (!isMysql(level.connection.client)) return [`BEGIN${isolated}${access}${deferred}`];
  // MySQL and MariaDB: the isolation level is set before, for the next transaction; DEFERRABLE is for them to refuse.
  const start = `START TRANSACTION${access}${deferred}`;
  return isolated === "" ? [start] : [`SET TRANSACTION${isolated}`, start];
}
