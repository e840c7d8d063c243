import { afterAll, beforeAll } from "vitest";

/** What the tests use of PGlite; its own types need those of browsers. */
export interface Database {
  query(sql: string, values?: unknown[]): Promise<{ rows: any[]; command?: string }>;
  exec(sql: string): Promise<unknown>;
  transaction<T>(body: (tx: PgliteTransaction) => Promise<T>): Promise<T>;
  isInTransaction(): boolean;
  close(): Promise<void>;
}

/** What PGlite's own `transaction` hands out. */
export interface PgliteTransaction {
  query(sql: string, values?: unknown[]): Promise<{ rows: any[] }>;
  readonly closed: boolean;
}

/** A PostgreSQL in memory: PGlite, one session. It can keep transactions prepared, to stand for those of others. */
export async function openDatabase(): Promise<Database> {
  const { PGlite } = (await import("@electric-sql/pglite" as string)) as {
    PGlite: { create(options: object): Promise<Database> };
  };
  return PGlite.create({ postgresqlconf: ["max_prepared_transactions = 10"] });
}

/** A database of the test file. Start it once: that takes some seconds. */
export function useDatabase(setUp: string): () => Database {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase();
    await database.exec(setUp);
  }, 120_000);
  afterAll(() => database.close());
  return () => database;
}
