/** Of those that exist: no code of Node's (`EPIPE`) looks so. */
const sqlState = /^[0-9FHPX][0-9A-Z]{4}$/;

/** The SQLSTATE that a database has answered with: node-postgres and PGlite have it as `code`, mysql2 as `sqlState`. */
export function sqlStateOf(error: unknown): string | undefined {
  try {
    const { code, sqlState: state } = Object(error) as { code?: unknown; sqlState?: unknown };
    return [state, code].find((each): each is string => typeof each === "string" && sqlState.test(each));
  } catch {
    return undefined; // a throwing getter
  }
}

/** Whether the error is an answer of the database, so that what has become of the statement is known. */
export function isAnswer(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === "40003" || isConnectionLoss(error)) return false; // 40003: "statement completion unknown"
  try {
    return state !== undefined || /^(ERR_)?SQLITE/.test(String(Object(error).code));
  } catch {
    return false; // a throwing getter
  }
}

/**
 * SQLSTATEs with which a session ends, so that the answer to its last statement may be lost: of class 08 the connection
 * failed, the others are PostgreSQL's. It may say them after it has carried out the statement, and before it has told.
 */
const endOfSession = /^(08...|57P0.|25P03|25P04)$/;

/** The codes of Node's sockets, of mysql2, and of postgres.js. */
const lossCodes =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTCONN|EHOSTUNREACH|ENETUNREACH|ENETRESET|ERR_STREAM_\w+|PROTOCOL_CONNECTION_LOST|ER_CONNECTION_KILLED|CONNECTION_(CLOSED|DESTROYED|ENDED))$/;

/** Whether the error says that the connection has ended, or will with it. */
export function isConnectionLoss(error: unknown): boolean {
  try {
    const { code, errno, fatal, severity } = Object(error) as Partial<Record<string, unknown>>;
    // mysql2 and mariadb mark such errors as `fatal`, PostgreSQL by their severity; 1927 is MariaDB's for what was killed.
    return (
      endOfSession.test(sqlStateOf(error) ?? "") ||
      lossCodes.test(String(code)) ||
      errno === 1927 ||
      fatal === true ||
      severity === "FATAL" ||
      severity === "PANIC"
    );
  } catch {
    return false; // a throwing getter
  }
}

/**
 * Whether a transaction failed because of another one that ran at the same time, so that it may succeed when it is run
 * again: a serialization failure (SQLSTATE 40001) or a deadlock (40P01; MySQL says 40001 for both).
 *
 * @param error what was thrown. Its `cause` and, of a SuppressedError, what came first count, too.
 * @returns whether it was that.
 * @example
 * if (isSerializationFailure(error)) return new Response("try again", { status: 503 });
 * @see https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
 */
export function isSerializationFailure(error: unknown): boolean {
  return isOrHolds(error, (each) => ["40001", "40P01"].includes(sqlStateOf(each) ?? ""));
}

interface Link {
  readonly suppressed?: unknown;
  readonly cause?: unknown;
}

/** Whether it is so for an error, for one in its causes or, of a SuppressedError, for what came first. */
export function isOrHolds(error: unknown, isSo: (error: unknown) => boolean): boolean {
  try {
    // Bounded, for a chain that somebody has bent into a ring.
    for (
      let link = error as Link, steps = 100;
      link && steps--;
      link = (link.suppressed ?? link.cause) as Link
    )
      if (isSo(link)) return true;
  } catch {} // a throwing getter: it leads nowhere
  return false;
}
