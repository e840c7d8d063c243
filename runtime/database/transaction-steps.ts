import { describe } from "../describe.js";
import type { Exit } from "../exit.js";
import { combineErrors } from "../suppressed-error.js";
import { isInTransaction, send } from "./client.js";
import type { Level } from "./connection.js";
import { isAnswer, sqlStateOf } from "./sql-state.js";
import { type Steps, WrongClient } from "./steps.js";
import { TransactionError } from "./transaction-error.js";

/**
 * Begins what was entered.
 * @throws the answer of the database, if it refuses; else a TransactionError.
 */
export function* begin(level: Level, statements: readonly string[]): Steps<void> {
  const { connection, savepoint } = level;
  const { client } = connection;
  try {
    if (savepoint !== undefined) yield send(client, `SAVEPOINT ${savepoint}`);
    else {
      if (connection.isUnsettled) yield* settle(level);
      for (const statement of statements) yield send(client, statement);
    }
  } catch (error) {
    level.close();
    if (error instanceof WrongClient) {
      abandon(client);
      throw error;
    }
    if (connection.isLocal || isAnswer(error)) throw error;
    connection.isUnsettled = true;
    throw new TransactionError(`a transaction could not be begun: ${describe(error)}`, undefined, error);
  }
  if (level.state === "over") throw endedFromOutside();
  level.state = "open";
}

/** A ROLLBACK before the BEGIN, as it is not known what the last transaction has come to. */
function* settle({ connection }: Level): Steps<void> {
  try {
    yield send(connection.client, "ROLLBACK");
  } catch {} // SQLite says so where there is none; where the connection is lost, the BEGIN will tell
  connection.isUnsettled = false;
}

/** The client is one of the other kind: what it has begun nonetheless is taken back. */
function abandon(client: object): void {
  try {
    Promise.resolve(send(client, "ROLLBACK")).catch(() => {});
  } catch {} // the error that says why is on its way
}

/**
 * Ends a transaction as its scope did: commits what succeeded, and rolls back all else.
 * @throws when it is not committed although it should be, or cannot be rolled back.
 */
export function* end(level: Level, exit: Exit, forceRollback: boolean | undefined): Steps<void> {
  const commits = exit.kind === "succeeded" && !forceRollback;
  if (level.state === "over") {
    if (commits) throw endedFromOutside();
    return;
  }
  const isInnermost = level.startEnding();
  let failure: { error: unknown } | undefined;
  try {
    if (commits && isInnermost) yield* commit(level);
    else {
      yield* rollBack(level);
      if (commits) throw outOfOrder();
    }
  } catch (error) {
    // What has kept it from being rolled back is what the body failed with, often the loss of the connection: one error.
    const { cause } = error as { cause?: unknown };
    if (exit.kind !== "failed" || cause === undefined || cause !== exit.error) failure = { error };
  }
  level.close();
  for (const late of level.atEnd) {
    try {
      yield* late();
    } catch (error) {
      failure = { error: failure ? combineErrors(error, failure.error, { name: "transaction" }) : error };
    }
  }
  if (failure) throw failure.error;
}

function* commit(level: Level): Steps<void> {
  const { connection, savepoint, doom } = level;
  const { client, lost } = connection;
  if (lost !== undefined) throw notCommitted("its connection was lost before", lost.error);
  if (doom !== undefined) {
    const error = notCommitted("what was nested in it could not be rolled back", doom.error);
    yield* rollBackAfter(error, level);
    throw error;
  }
  if (isInTransaction(client) === false)
    throw new TransactionError(
      "the transaction had ended before its scope did, by a COMMIT or ROLLBACK in its body or by the database itself",
      "unknown",
    );

  let answer: unknown;
  try {
    answer = yield send(client, savepoint === undefined ? "COMMIT" : `RELEASE SAVEPOINT ${savepoint}`);
  } catch (error) {
    if (!connection.isLocal && !isAnswer(error)) throw yield* lostDuringCommit(level, error);
    const failure = sqlStateOf(error) === "25P02" ? aborted(error) : error;
    yield* rollBackAfter(failure, level);
    throw failure;
  }
  // One that encloses it may have been ended meanwhile, and this one with it.
  if ((level.state as Level["state"]) === "over") throw endedFromOutside();
  if (Object(answer).command === "ROLLBACK") throw aborted();
}

function* rollBack(level: Level): Steps<void> {
  const { connection, enclosing, savepoint } = level;
  const { client, lost } = connection;
  if (isInTransaction(client) === false) return; // the database has done so by itself
  try {
    if (lost !== undefined) throw lost.error;
    if (savepoint === undefined) yield send(client, "ROLLBACK");
    else {
      yield send(client, `ROLLBACK TO SAVEPOINT ${savepoint}`);
      yield send(client, `RELEASE SAVEPOINT ${savepoint}`);
    }
  } catch (error) {
    const failure = new TransactionError(
      `the transaction could not be rolled back: ${describe(error)}. The database does so when the connection ends`,
      undefined,
      error,
    );
    if (enclosing !== undefined) enclosing.doom = { error: failure };
    else connection.isUnsettled = true;
    throw failure;
  }
}

/** Leaves the connection outside of a transaction after a failed commit. @throws both errors, if that fails as well. */
function* rollBackAfter(error: unknown, level: Level): Steps<void> {
  try {
    yield* rollBack(level);
  } catch (later) {
    throw combineErrors(later, error, { name: "transaction" });
  }
}

/** The answer to a COMMIT did not come. @returns the error that says so. */
function* lostDuringCommit(level: Level, error: unknown): Steps<TransactionError> {
  try {
    yield* rollBack(level);
  } catch {} // for the same reason; what matters is what has become of the COMMIT
  if (level.savepoint !== undefined) return notCommitted("its connection was lost", error);
  level.connection.isUnsettled = true;
  return new TransactionError(
    `it is not known whether the transaction was committed: no answer to its COMMIT (${describe(error)}). ` +
      "Look for its effects before you repeat it",
    "unknown",
    error,
  );
}

function notCommitted(why: string, error: unknown): TransactionError {
  return new TransactionError(
    `the transaction was not committed: ${why} (${describe(error)})`,
    undefined,
    error,
  );
}

function aborted(cause?: unknown): TransactionError {
  return new TransactionError(
    "the transaction was rolled back and not committed: a statement in it had failed, and its error was caught. " +
      "Nest what may fail in a transaction of its own",
    undefined,
    cause,
  );
}

function outOfOrder(): TransactionError {
  return new TransactionError(
    "the transaction was rolled back and not committed: one that is nested in it had not ended. Await that first",
  );
}

function endedFromOutside(): TransactionError {
  return new TransactionError(
    "the transaction was rolled back: the one it is nested in has ended before it, or its connection was given back",
  );
}
