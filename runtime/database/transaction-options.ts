/** How far a transaction is kept apart from those that run at the same time. */
export type Isolation = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

const isolations: readonly unknown[] = [
  "read uncommitted",
  "read committed",
  "repeatable read",
  "serializable",
];

/** What holds for every transaction. */
export interface EveryTransactionOptions {
  /** Rolls back in the end also what succeeded: for tests, and to try something out. */
  readonly forceRollback?: boolean | undefined;
}

/** How a transaction begins. */
export interface ModeOptions {
  /** By default what the database is configured for. Only of a transaction, not of one nested in it. */
  readonly isolation?: Isolation | undefined;
  /** Whether it may only read. Only of a transaction, not of one nested in it. */
  readonly readOnly?: boolean | undefined;
  /** PostgreSQL: waits until it can run without the risk of a serialization failure, if it is serializable and read-only. */
  readonly deferrable?: boolean | undefined;
  readonly begin?: undefined;
}

/** How it begins where that is said otherwise. */
export interface BeginOptions {
  /** The statement that begins it, as it is: `"BEGIN IMMEDIATE"` for SQLite. Nothing is escaped: no text from outside. */
  readonly begin: string;
  readonly isolation?: undefined;
  readonly readOnly?: undefined;
  readonly deferrable?: undefined;
}

/** The options of a transaction. */
export type TransactionOptions = EveryTransactionOptions & (ModeOptions | BeginOptions);

/** The options of a synchronous transaction: SQLite knows no modes but those of its `BEGIN`. */
export interface SyncTransactionOptions extends EveryTransactionOptions {
  /** The statement that begins it, as it is: `"BEGIN IMMEDIATE"`, by default `"BEGIN"`. Nothing is escaped. */
  readonly begin?: string | undefined;
}

/** @throws {TypeError} for an option that does not exist, is not what it should be, or goes not with another one. */
export function checkOptions(
  options: unknown,
  caller: string,
  known: readonly string[] = ["forceRollback", "isolation", "readOnly", "deferrable", "begin"],
): TransactionOptions {
  if (typeof options !== "object" || options === null) throw wrong(caller, "its options are an object");
  const given = { ...options } as Record<string, unknown>; // what is checked is what is used
  for (const key of Object.keys(given))
    if (!known.includes(key)) throw wrong(caller, `there is no option ${key}; there are ${known.join(", ")}`);
  const { isolation, begin } = given;
  if (isolation !== undefined && !isolations.includes(isolation))
    throw wrong(caller, `isolation is one of ${isolations.join(", ")}, and not ${String(isolation)}`);
  for (const key of ["readOnly", "deferrable", "forceRollback"])
    if (given[key] !== undefined && typeof given[key] !== "boolean")
      throw wrong(caller, `${key} is a boolean`);
  if (begin === undefined) return given;
  if (typeof begin !== "string" || begin.trim() === "")
    throw wrong(caller, "begin is the text of a statement");
  if (hasMode(given))
    throw wrong(caller, "begin says it all; no isolation, readOnly or deferrable beside it");
  return given as unknown as BeginOptions;
}

/** Whether it says how to begin. */
export function hasMode({ isolation, readOnly, deferrable }: Partial<ModeOptions>): boolean {
  return isolation !== undefined || readOnly !== undefined || deferrable !== undefined;
}

function wrong(caller: string, what: string): TypeError {
  return new TypeError(`ts-raii: ${caller}: ${what}`);
}
