import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const folder = import.meta.dirname;

/** The types of the real clients; those of PGlite are for browsers, and not checked themselves. */
const source = `
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { advisoryLock, transaction, withTransaction } from "../../runtime/database/index.ts";
import { raii } from "../../runtime/index.ts";

declare const pool: pg.Pool;
declare const client: pg.Client;
declare const db: PGlite;

export async function handles() {
  const ofPool: pg.PoolClient = await raii(transaction(pool, { isolation: "serializable" }));
  const ofClient: pg.Client = await raii(transaction(client));
  const ofPoolClient: pg.PoolClient = await raii(transaction(await pool.connect()));
  const ofPglite: PGlite = await raii(transaction(db));
  const nested: PGlite = await raii(transaction(ofPglite));
  const ofEither: pg.PoolClient = await raii(transaction(pool as pg.Pool | pg.PoolClient));
  const ofTransaction = await db.transaction(async (tx) => await raii(transaction(tx)));
  const lock: pg.PoolClient = await raii(advisoryLock(pool, "key"));
  const lockOfPglite: PGlite = await raii(advisoryLock(db, 1n));
  const rows: string[] = await withTransaction(pool, async (tx) => (await tx.query<{ a: string }>("select")).rows.map((row) => row.a));
  return { ofEither, ofPool, ofClient, ofPoolClient, nested, ofTransaction, lock, lockOfPglite, rows };
}

// @ts-expect-error -- a pool is no client
export const wrong: AsyncDisposable = transaction(pool);
`;

it("the handles of node-postgres and PGlite have the types of their clients", () => {
  const fileName = join(folder, "client-types-input.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === fileName || fileExists.call(host, name);
  host.getSourceFile = (name, ...rest) =>
    name === fileName
      ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, name, ...rest);
  const program = ts.createProgram([fileName], options, host);
  expect(
    ts.getPreEmitDiagnostics(program).map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n")),
  ).toEqual([]);
});
