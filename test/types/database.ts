// Compiled and not run: the types of transactions and locks come from those of the clients, with nothing annotated.
import {
  advisoryLock,
  type DatabaseClient,
  transaction,
  TransactionError,
  transactionSync,
  withTransaction,
} from "../../runtime/database/index.ts";
import { type AsyncResource, raii, type Resource } from "../../runtime/index.ts";
import { type Assert, type Equal, given } from "./equal.ts";

/** As `@types/pg` has them: overloads, the ones with a callback last. */
interface PgClient {
  connect(): Promise<void>;
  connect(callback: (error: Error) => void): void;
  query(sql: string, values?: unknown[]): Promise<{ rows: any[]; command: string }>;
  query(sql: string, callback: (error: Error) => void): void;
}
interface PgPoolClient extends PgClient {
  release(error?: Error | boolean): void;
}
interface PgPool {
  readonly totalCount: number;
  connect(): Promise<PgPoolClient>;
  connect(callback: (error: Error, client: PgPoolClient) => void): void;
  query(sql: string, values?: unknown[]): Promise<{ rows: any[] }>;
}
interface MysqlConnection {
  query<T>(sql: string, values?: unknown[]): Promise<[T, object[]]>;
  beginTransaction(): Promise<void>;
  release(): void;
}
interface MysqlPool {
  getConnection(): Promise<MysqlConnection>;
  query<T>(sql: string): Promise<[T, object[]]>;
}
interface Sqlite {
  exec(sql: string): void;
  prepare(sql: string): { all(): unknown[] };
}

export async function handles() {
  "use raii";
  const client = await raii(transaction(given<PgClient>()));
  given<Assert<Equal<typeof client, PgClient>>>();
  const nested = await raii(transaction(client));
  given<Assert<Equal<typeof nested, PgClient>>>();
  const ofPool = await raii(transaction(given<PgPool>(), { isolation: "serializable", readOnly: true }));
  given<Assert<Equal<typeof ofPool, PgPoolClient>>>();
  const ofMysql = await raii(transaction(given<MysqlPool>()));
  given<Assert<Equal<typeof ofMysql, MysqlConnection>>>();
  const sqlite = raii(transactionSync(given<Sqlite>(), { begin: "BEGIN IMMEDIATE" }));
  given<Assert<Equal<typeof sqlite, Sqlite>>>();
  const locked = await raii(advisoryLock(given<PgPool>(), "nightly", { wait: false }));
  given<Assert<Equal<typeof locked, PgPoolClient>>>();
  await raii(advisoryLock(client, 1n, { shared: true }));
}

/** Written once for both: in a transaction of its own, or in that of the caller. */
export async function either(client: PgPool | PgPoolClient, or: MysqlPool | MysqlConnection) {
  "use raii";
  const tx = await raii(transaction(client));
  given<Assert<Equal<typeof tx, PgPoolClient>>>();
  const mysql = await raii(transaction(or));
  given<Assert<Equal<typeof mysql, MysqlConnection>>>();
  const locked = await raii(advisoryLock(client, "key"));
  given<Assert<Equal<typeof locked, PgPoolClient>>>();
  return withTransaction(client, (each) => given<Assert<Equal<typeof each, PgPoolClient>>>());
}

export function kinds() {
  const async = transaction(given<PgClient>());
  given<Assert<Equal<typeof async, AsyncResource<PgClient>>>>();
  const sync = transactionSync(given<Sqlite>());
  given<Assert<Equal<typeof sync, Resource<Sqlite>>>>();
}

export async function generic<C extends DatabaseClient>(client: C): Promise<C> {
  "use raii";
  return await raii(transaction(client));
}

export async function bodies() {
  const pool = given<PgPool>();
  const rows = await withTransaction(pool, async (tx) => (await tx.query("select 1")).rows);
  given<Assert<Equal<typeof rows, any[]>>>();
  const number = await withTransaction(given<PgClient>(), () => 1, {
    attempts: 3,
    isolation: "serializable",
  });
  given<Assert<Equal<typeof number, number>>>();
  await withTransaction(pool, (tx) => given<Assert<Equal<typeof tx, PgPoolClient>>>());
  // @ts-expect-error -- the handle is of the pool's clients
  await withTransaction(pool, (tx: Sqlite) => tx.exec("a"));
  // @ts-expect-error -- not a function
  await withTransaction(pool, "select 1");
  // @ts-expect-error -- retry's word is attempts
  await withTransaction(pool, () => {}, { retries: 3 });
}

export function misuse() {
  const client = given<PgClient>();
  // @ts-expect-error -- no level of that name
  transaction(client, { isolation: "snapshot" });
  // @ts-expect-error -- a text from outside is none of the levels
  transaction(client, { isolation: given<string>() });
  // @ts-expect-error -- no option of that name
  transaction(client, { isolationLevel: "serializable" });
  // @ts-expect-error -- `begin` says it all
  transaction(client, { begin: "BEGIN", isolation: "serializable" });
  // @ts-expect-error -- no client
  transaction({ sql: "select 1" });
  // @ts-expect-error -- its exec() gives no promise
  transaction(given<Sqlite>());
  // @ts-expect-error -- its exec() gives a promise
  transactionSync({ exec: async (sql: string) => void sql });
  // @ts-expect-error -- SQLite has no isolation levels to choose from
  transactionSync(given<Sqlite>(), { isolation: "serializable" });
  // @ts-expect-error -- no key
  advisoryLock(client, { name: "nightly" });
  // @ts-expect-error -- no values go with its statements
  advisoryLock({ exec: async (sql: string) => void sql }, 1);
  // @ts-expect-error -- neither milliseconds nor whether
  advisoryLock(client, 1, { wait: "1s" });
}

export function errors(error: unknown) {
  if (!(error instanceof TransactionError)) return;
  given<Assert<Equal<typeof error.outcome, "not committed" | "unknown">>>();
  given<Assert<Equal<typeof error.code, string | undefined>>>();
}
