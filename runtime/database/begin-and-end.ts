import { describe } from "../core/describe.js";
import type { Exit } from "../core/exit.js";
import { combineErrors } from "../core/suppressed-error.js";
import { isInTransaction, send } from "./client.js";
import type { Level } from "./connection.js";
import { type Steps, WrongClient } from "./run-steps.js";
import { isAnswer, isConnectionLoss, isOrHolds, sqlStateOf } from "./sql-state.js";
import { TransactionError } from "./transaction-error.js";
import {
  aborted,
  begunMeanwhile,
  endedFromOutside,
  notCommitted,
  outOfOrder,
  unanswered,
  whyOver,
} from "./transaction-messages.js";

/**
 * Begins what was entered.
 * @throws the answer of the database, if it refuses; else a TransactionError.
 */
export function* begin(level: Level, statements: readonly string[]): Steps<void> {
  const { connection, enclosing, savepoint } = level;
  const { client } = connection;
  const refusal = enclosing && whyOver(enclosing);
  if (refusal !== undefined) {
    level.close();
    throw refusal;
  }
  try {
    if (savepoint !== undefined) yield send(client, `SAVEPOINT ${savepoint}`);
    else {
      if (connection.unended !== undefined) yield* endWhatIsLeft(level);
      for (const statement of statements) yield send(client, statement);
    }
  } catch (error) {
    level.close();
    if (error instanceof WrongClient) {
      abandon(client);
      throw error;
    }
    if (error instanceof TransactionError) throw error;
    if (connection.isLocal || isAnswer(error)) {
      if (enclosing === undefined && savepoint === undefined && mayHaveBegun(client, statements)) {
        connection.leaveUnended("transaction");
        try {
          yield* endWhatIsLeft(level);
        } catch {} // tried again before the next one begins
      }
      throw error;
    }
    if (enclosing === undefined)
      connection.leaveUnended(savepoint === undefined ? "transaction" : "savepoint");
    throw new TransactionError(`a transaction could not be begun: ${describe(error)}`, undefined, error);
  }
  if (level.state === "over") throw endedFromOutside();
  level.state = "open";
}

/**
 * Whether a transaction may be open although its statements failed: one of them, or a part of one, was carried out. Of
 * several, the status of the client says too little where it says that there is none: node-postgres hands out an error
 * before the status that follows it has arrived.
 */
function mayHaveBegun(client: object, statements: readonly string[]): boolean {
  const areSeveral = statements.length > 1 || statements.some((text) => text.includes(";"));
  return areSeveral || isInTransaction(client) === true;
}

/**
 * Ends the transaction of before, of which it is not known whether it has ended. One that begins in it would be a part of
 * it, and be lost with it.
 * @throws {TransactionError} where it cannot be ended: nothing begins then.
 */
function* endWhatIsLeft({ connection }: Level): Steps<void> {
  const { client, isLocal, begunByHand } = connection;
  if (begunByHand !== undefined) throw begunMeanwhile(begunByHand);
  let failure: { error: unknown } | undefined;
  try {
    if (!isLocal || isInTransaction(client) !== false) yield send(client, "ROLLBACK");
  } catch (error) {
    // SQLite takes no ROLLBACK where there is nothing to roll back.
    if (!/no transaction is active/.test(describe(error))) failure = { error };
  }
  if (failure || isInTransaction(client) === true) {
    throw new TransactionError(
      "a transaction could not be begun: the one before it on this client could not be rolled back" +
        `${failure ? ` (${describe(failure.error)})` : ""}. Close the client, with which the database rolls it back`,
      undefined,
      failure?.error,
    );
  }
  connection.leaveNothing();
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
  const { connection } = level;
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
      // What was to be rolled back is no longer there to be. The body knows if it was refused a statement, and what is not
      // committed is as good as rolled back; else nothing tells so.
      const refusal = connection.lost === undefined && connection.hasEnded ? whyOver(level) : undefined;
      const isTold =
        exit.kind === "failed" &&
        // A query builder may have put it into an error of its own.
        (isOrHolds(exit.error, (each) => each instanceof TransactionError) ||
          connection.ended?.outcome === "not committed");
      if (refusal !== undefined && !isTold) throw refusal;
      yield* rollBack(level);
      if (commits) throw outOfOrder();
    }
  } catch (error) {
    // A lost connection rolls back what it had begun: the error that the body failed with is the only one. The same holds
    // when the rollback failed with the very error that the body threw.
    const { cause } = Object(error) as { cause?: unknown };
    const isKnown =
      connection.lost !== undefined || (cause !== undefined && cause === (exit as { error?: unknown }).error);
    if (exit.kind !== "failed" || !isKnown) failure = { error };
    // The server tells why it has ended a session to the statement it answers, and to nobody else.
    else if (isConnectionLoss(exit.error)) connection.lost = { error: exit.error };
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
  const { connection, savepoint } = level;
  const { client } = connection;
  const refusal = whyOver(level);
  if (refusal !== undefined) {
    if (level.doom !== undefined) yield* rollBackAfter(refusal, level);
    throw refusal;
  }

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
  if (lost === undefined && connection.hasEnded) return;
  try {
    if (lost !== undefined) throw lost.error;
    if (savepoint === undefined) yield send(client, "ROLLBACK");
    else {
      yield send(client, `ROLLBACK TO SAVEPOINT ${savepoint}`);
      yield send(client, `RELEASE SAVEPOINT ${savepoint}`);
    }
  } catch (error) {
    if (!connection.isLocal && isConnectionLoss(error)) connection.lost ??= { error };
    const failure = new TransactionError(
      `the transaction could not be rolled back: ${describe(error)}. The database does so when the connection ends`,
      undefined,
      error,
    );
    if (enclosing !== undefined) enclosing.doom = { error: failure };
    else connection.leaveUnended(savepoint === undefined ? "transaction" : "savepoint");
    throw failure;
  }
}

/**
 * Leaves the connection outside of a transaction after a failed commit.
 * @throws both errors, if that fails as well and not because the connection is lost.
 */
function* rollBackAfter(error: unknown, level: Level): Steps<void> {
  try {
    yield* rollBack(level);
  } catch (later) {
    if (level.connection.lost === undefined) throw combineErrors(later, error, { name: "transaction" });
  }
}

/** The answer to a COMMIT did not come. @returns the error that says so. */
function* lostDuringCommit(level: Level, error: unknown): Steps<TransactionError> {
  const { connection, enclosing, savepoint } = level;
  if (isConnectionLoss(error)) connection.lost ??= { error };
  try {
    yield* rollBack(level);
  } catch {} // for the same reason; what matters is what has become of the COMMIT
  if (enclosing === undefined) connection.leaveUnended(savepoint === undefined ? "transaction" : "savepoint");
  if (savepoint !== undefined) return notCommitted("its connection was lost", error);
  level.isInDoubt = true;
  return unanswered(error);
}
