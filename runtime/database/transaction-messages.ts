import { describe } from "../core/describe.js";
import type { EarlyEnd, Level } from "./connection.js";
import { TransactionError } from "./transaction-error.js";

// What is said of a transaction that is not committed, or of which that is not known.

/** Why nothing more can be done in a transaction: it can no longer be committed. `undefined` where it can. */
export function whyOver(level: Level): TransactionError | undefined {
  const { connection, doom } = level;
  const { lost } = connection;
  if (lost !== undefined) return lostBefore(lost.error);
  if (connection.hasEnded) {
    level.isInDoubt = connection.ended!.outcome === "unknown";
    return endedEarly(connection.ended!);
  }
  return doom && notCommitted("what was nested in it could not be rolled back", doom.error);
}

export function notCommitted(why: string, error: unknown): TransactionError {
  return new TransactionError(
    `the transaction was not committed: ${why} (${describe(error)})`,
    undefined,
    error,
  );
}

/** @param error what the client has told, while nothing or something else was sent. */
function lostBefore(error: unknown): TransactionError {
  return notCommitted("its connection was lost before", error);
}

export function aborted(cause?: unknown): TransactionError {
  return new TransactionError(
    "the transaction was rolled back and not committed: a statement in it had failed, and its error was caught. " +
      "Nest what may fail in a transaction of its own",
    undefined,
    cause,
  );
}

function endedEarly({ outcome, cause }: EarlyEnd): TransactionError {
  if (outcome === "not committed") {
    return new TransactionError(
      `the transaction was rolled back by the database (${describe(cause)}), and the error was caught. ` +
        "Let it fail, so that the transaction can be run again",
      outcome,
      cause,
    );
  }
  return new TransactionError(
    "the transaction had ended before its scope did: by a COMMIT or ROLLBACK in its body, by a statement that commits " +
      "by itself (in MySQL and MariaDB those that define tables), or by the database" +
      `${cause === undefined ? "" : ` (${describe(cause)})`}. What was done in it may be committed`,
    outcome,
    cause,
  );
}

/** No answer to a COMMIT. */
export function unanswered(error: unknown): TransactionError {
  return new TransactionError(
    `it is not known whether the transaction was committed: no answer to its COMMIT (${describe(error)}). ` +
      "Look for its effects before you repeat it",
    "unknown",
    error,
  );
}

/** @param how the program itself has begun a transaction, where the one before it was left behind. */
export function begunMeanwhile(how: string): TransactionError {
  return new TransactionError(
    "a transaction could not be begun: the one before it on this client could not be rolled back, and the program has " +
      `begun one of its own since (${how}). To roll back what was left would undo that, too. ` +
      "Commit or roll back your own first, on the client",
  );
}

export function outOfOrder(): TransactionError {
  return new TransactionError(
    "the transaction was rolled back and not committed: one that is nested in it had not ended. Await that first",
  );
}

export function endedFromOutside(): TransactionError {
  return new TransactionError(
    "the transaction was rolled back: the one it is nested in has ended before it, or its connection was given back",
  );
}
