/** What the tests use of a `DatabaseSync` of node:sqlite. */
export interface Sqlite {
  exec(sql: string): void;
  prepare(sql: string): {
    all(...values: unknown[]): Record<string, unknown>[];
    run(...values: unknown[]): unknown;
  };
  readonly isTransaction: boolean;
  close(): void;
}

/** Opens a database in memory; `undefined` where this Node has no node:sqlite that tells of its transactions. */
export async function openSqlite(): Promise<Sqlite | undefined> {
  try {
    const { DatabaseSync } = (await import("node:sqlite" as string)) as {
      DatabaseSync: new (path: string) => Sqlite;
    };
    const database = new DatabaseSync(":memory:");
    return typeof database.isTransaction === "boolean" ? database : undefined;
  } catch {
    return undefined;
  }
}
