import { AsyncScope } from "../core/async-scope.js";
import { describe } from "../core/describe.js";
import type { AsyncResource } from "../core/resource.js";
import {
  checkClient,
  type ClientOf,
  type DatabaseClient,
  type DatabasePool,
  isPool,
  type NoPool,
} from "./client.js";
import { connectionOf, levelOf } from "./connection.js";
import { pause, type RepeatOptions, splitOptions, waitAfter } from "./repeat-options.js";
import { isSerializationFailure } from "./sql-state.js";
import { Transaction } from "./transaction.js";
import { TransactionError } from "./transaction-error.js";
import { checkOptions, type TransactionOptions } from "./transaction-options.js";

/** The options of {@link withTransaction}. */
export type WithTransactionOptions = TransactionOptions & RepeatOptions;

/** The second parameter of {@link withTransaction}. */
type Body<C, T> = (tx: C) => T;

/**
 * Runs a function in a {@link transaction}, and runs it again, in a new one, when that fails because of others that run
 * at the same time: by a serialization failure or a deadlock, also at the COMMIT. (`raii` cannot: the body of a scope
 * cannot be repeated.) Between two attempts it waits, longer from time to time and not always the same.
 *
 * In a transaction (`withTransaction(tx, …)`) it runs once, in a savepoint: it is the outer one that has to be repeated.
 *
 * @param client what {@link transaction} takes; a pool may lend another client for each attempt.
 * @param body is given the handle of the transaction; what it returns is awaited. It may run several times: what it does
 *   outside of the database is not rolled back.
 * @param options those of a transaction, and `attempts`, `when`, `delay`, `factor`, `maxDelay`, `jitter`.
 * @returns what the body returned, after the COMMIT.
 * @throws what the body throws, or the transaction, after one attempt; after several failed ones a
 *   {@link TransactionError} that tells how many, with the last error as its `cause`. An error after which it is not
 *   repeated is thrown as it is. It is not repeated when the outcome of a COMMIT is unknown, or a rollback has failed.
 * @throws {TypeError} for what is no client, no function or no option; a RangeError for numbers out of range.
 * @example
 * const left = await withTransaction(
 *   pool,
 *   async (tx) => withdraw(tx, account, amount),
 *   { isolation: "serializable", attempts: 10 },
 * );
 * @see https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
 * @see https://www.mongodb.com/docs/manual/reference/method/Session.withTransaction/
 */
export async function withTransaction<P extends DatabasePool, T>(
  pool: P,
  body: Body<ClientOf<P>, T>,
  options?: WithTransactionOptions,
): Promise<Awaited<T>>;
export async function withTransaction<C extends DatabaseClient & NoPool, T>(
  client: C,
  body: Body<C, T>,
  options?: WithTransactionOptions,
): Promise<Awaited<T>>;
export async function withTransaction<D extends DatabaseClient | DatabasePool, T>(
  clientOrPool: D,
  body: Body<ClientOf<D>, T>,
  options?: WithTransactionOptions,
): Promise<Awaited<T>>;
export async function withTransaction(
  target: object,
  body: Body<any, unknown>,
  options: WithTransactionOptions = {},
): Promise<unknown> {
  checkClient(target, "withTransaction()");
  if (typeof body !== "function")
    throw new TypeError("ts-raii: withTransaction(client, body) takes a function");
  const { repeat, rest } = splitOptions(Object(options) as object);
  const made = new Transaction(target, checkOptions(rest, "withTransaction()"));
  const { attempts = 5, when = isSerializationFailure } = repeat;
  const isNested =
    levelOf(target) !== undefined || (!isPool(target) && connectionOf(target, false).isInOther);

  for (let attempt = 1; ; attempt++) {
    const outcome = await runOnce(made, body);
    if (outcome.kind === "returned") return outcome.value;
    const { error } = outcome;
    if (isNested || outcome.kind === "not rolled back" || !when(error, attempt)) throw error;
    if (!isPool(target) && connectionOf(target, false).lost) throw error; // nothing more can be run on it
    if (attempt >= attempts) throw attempt === 1 ? error : exhausted(attempt, error);
    await pause(waitAfter(attempt, repeat));
  }
}

type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "rolled back"; readonly error: unknown }
  | { readonly kind: "not rolled back"; readonly error: unknown };

/** As an annotated function does with `await raii(transaction(…))`, by the same scope. */
async function runOnce(made: AsyncResource<object>, body: Body<object, unknown>): Promise<Outcome> {
  const scope = new AsyncScope();
  let value: unknown;
  let thrown: { error: unknown } | undefined;
  if (scope.request(made)) scope.receive(await scope.awaited);
  const level = levelOf(scope.handle as object);
  try {
    value = await body(scope.handle as object);
  } catch (error) {
    thrown = { error };
    scope.fail(error);
  }
  while (scope.unwind()) {
    try {
      await scope.awaited;
    } catch (error) {
      scope.fail(error);
    }
  }
  try {
    scope.exit();
    return { kind: "returned", value };
  } catch (error) {
    // Anything but what the body threw, or the answer to the COMMIT, comes from a rollback that has failed as well.
    const isAlone = thrown ? Object.is(error, thrown.error) : !isCombination(error);
    return { kind: isAlone && !level?.isInDoubt ? "rolled back" : "not rolled back", error };
  }
}

function isCombination(error: unknown): boolean {
  return error instanceof Error && error.name === "SuppressedError";
}

function exhausted(attempts: number, error: unknown): TransactionError {
  return new TransactionError(
    `the transaction was run ${attempts} times, and each time another one came in between; the last time: ${describe(error)}`,
    "not committed",
    error,
    attempts,
  );
}
