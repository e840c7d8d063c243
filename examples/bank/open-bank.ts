import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import pg from "pg";
import { contextManager, raii, resource } from "ts-raii";

const schema = `
  create table accounts (owner text primary key, balance int not null, constraint funds check (balance >= 0));
  insert into accounts values ('anna', 500), ('ben', 300), ('cleo', 200);
`;

/** PGlite's wire protocol on loopback; the handle is its port. */
const served = contextManager(async function* served(db: PGlite) {
  const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0, maxConnections: 10 });
  await server.start();
  try {
    yield Number(server.getServerConn().split(":")[1]);
  } finally {
    await server.stop();
  }
});

/** A bank with three accounts, in a PostgreSQL in memory; the handle is a pool of connections to it. */
export const openBank = contextManager(async function* openBank() {
  "use raii";
  const db = await raii(PGlite.create({ postgresqlconf: ["max_prepared_transactions = 1"] }));
  await db.exec(schema);
  const port = await raii(served(db));
  const pool = await raii(
    resource(
      () => new pg.Pool({ host: "127.0.0.1", port, user: "postgres", database: "postgres" }),
      (pool) => pool.end(),
      "pool",
    ),
  );
  yield pool;
});
