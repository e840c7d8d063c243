import { isMysql, send, statusInTransaction } from "./client.js";
import type { Level } from "./connection.js";
import { sqlStateOf } from "./sql-state.js";

/**
 * Notes from the answers to the statements of a body whether its transaction is still open. MySQL and MariaDB end it by
 * themselves: a deadlock rolls it back, and statements that define tables commit it. What is sent next is then carried
 * out, and committed, one by one. Their answers carry a flag for it, but an error does not: after one the server is asked.
 *
 * PostgreSQL and SQLite need none of this: their clients tell.
 *
 * @param result what the client has returned for a statement of the body.
 * @returns it; or a promise of the same, which is settled when the status is known.
 */
export function noteStatus(level: Level, result: unknown): unknown {
  if (!isMysql(level.connection.client) || !(result instanceof Promise)) return result;
  return result.then(
    (answer: unknown) => {
      readStatus(level, answer);
      return answer;
    },
    async (error: unknown) => {
      await askAfter(error, level);
      throw error;
    },
  );
}

/** Takes the flag from an answer of mysql2. The connections of mariadb keep it themselves. */
function readStatus({ connection }: Level, answer: unknown): void {
  const { info } = connection.client as { info?: unknown };
  if (typeof (Object(info) as { status?: unknown }).status === "number") return; // of mariadb: rows alone, of any names
  const flags = (Object(lastHeader(answer)) as { serverStatus?: unknown }).serverStatus;
  if (typeof flags === "number") connection.status = (flags & statusInTransaction) !== 0;
}

/**
 * [header, undefined]; or [[rows, …, header], [columns, …, undefined]] of a procedure or several statements, where the last
 * one counts. [rows, columns] of a SELECT has none: a column of it may have any name.
 */
function lastHeader(answer: unknown): unknown {
  if (!Array.isArray(answer)) return undefined;
  const [result, columns] = answer as unknown[];
  if (!Array.isArray(columns)) return result;
  return Array.isArray(result) && columns[columns.length - 1] === undefined
    ? result[result.length - 1]
    : undefined;
}

/** Asks with a statement that does nothing. */
async function askAfter(error: unknown, level: Level): Promise<void> {
  const { connection } = level;
  if (connection.innermost === undefined || connection.ended !== undefined || connection.lost !== undefined)
    return;
  connection.status = undefined;
  try {
    readStatus(level, await send(connection.client, "DO 0"));
  } catch {} // the connection is lost, which the next statement tells
  // A deadlock, as of class 40 all, has rolled back. Another error may be that of a statement that had committed before.
  const isRolledBack = sqlStateOf(error)?.startsWith("40");
  if (connection.hasEnded || (connection.status === undefined && isRolledBack))
    connection.ended = { outcome: isRolledBack ? "not committed" : "unknown", cause: error };
}
