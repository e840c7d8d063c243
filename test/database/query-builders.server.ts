import knex from "knex";
import { Kysely, PostgresDialect } from "kysely";
import { createConnection } from "mysql2/promise";
import type pg from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { transaction, withTransaction } from "../../runtime/database/index.ts";
import { resource } from "../../runtime/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { createDatabase, poolOn } from "./socket.ts";
import { using } from "./using.ts";

// What docs/cookbook/databases.md says of query builders and other clients.

// The types of drizzle-orm need those of clients that are not here.
const [{ sql }, { drizzle: drizzleMysql }, { int, mysqlTable }, { drizzle }, { integer, pgTable }] =
  (await Promise.all(
    ["", "/mysql2", "/mysql-core", "/node-postgres", "/pg-core"].map((part) => import(`drizzle-orm${part}`)),
  )) as any[];

const port = inject("postgres");
const mariadbPort = inject("mariadb");

describe.skipIf(port === undefined)("over the handle of a transaction of node-postgres", () => {
  let pool: pg.Pool;
  beforeAll(async () => {
    await createDatabase(port!, "builders");
    pool = poolOn(port!, 4, "builders");
    await pool.query("create table notes (id int primary key)");
  });
  afterAll(() => pool.end());
  beforeEach(() => pool.query("truncate notes"));

  const ids = async () => (await pool.query("select id from notes order by id")).rows.map((r) => r.id);
  const bug = new Error("bug");

  /** Each as a program uses it: what works over a handle. */
  const notes = pgTable("notes", { id: integer("id").primaryKey() });
  const kyselyOver = (tx: pg.PoolClient) =>
    new Kysely<{ notes: { id: number } }>({
      dialect: new PostgresDialect({
        pool: {
          connect: async () => ({ query: tx.query.bind(tx), release() {} }) as never,
          end: async () => {},
        },
      }),
    });
  const builder = knex({ client: "pg" });

  const builders: Record<string, (tx: pg.PoolClient, id: number) => Promise<unknown>> = {
    drizzle: (tx, id) => drizzle(tx).insert(notes).values({ id }),
    kysely: (tx, id) => kyselyOver(tx).insertInto("notes").values({ id }).execute(),
    knex: async (tx, id) => await builder("notes").insert({ id }).connection(tx),
  };

  it.each(Object.keys(builders))("%s: is committed, rolled back and nested with it", async (name) => {
    const insert = builders[name]!;
    await using(transaction(pool), async (tx) => {
      await insert(tx, 1);
      await rejectedBy(
        using(transaction(tx), async (inner) => {
          await insert(inner, 2);
          await insert(inner, 1);
        }),
      );
      await using(transaction(tx), (inner) => insert(inner, 3));
    });
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        await insert(tx, 4);
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect(await ids()).toEqual([1, 3]);
  });

  it.each(Object.keys(builders))(
    "%s: an error that it wraps is still one that withTransaction() repeats",
    async (name) => {
      let attempts = 0;
      await withTransaction(pool, async (tx) => {
        attempts++;
        await builders[name]!(tx, attempts);
        if (attempts > 1) return;
        await pool.query(
          "create or replace function conflict() returns int language plpgsql as $$ begin raise exception 'conflict' using errcode = '40001'; end $$",
        );
        if (name === "drizzle") await drizzle(tx).execute(sql`select conflict()`);
        else if (name === "knex") await builder.raw("select conflict()").connection(tx);
        else
          await kyselyOver(tx)
            .selectNoFrom((e) => e.fn<number>("conflict").as("c"))
            .execute();
      });
      expect([attempts, await ids()]).toEqual([2, [2]]);
    },
  );

  it("drizzle and kysely: a transaction of theirs in it is refused before it begins", async () => {
    for (const own of [
      (tx: pg.PoolClient) =>
        drizzle(tx).transaction(async (inner: any) => void (await inner.insert(notes).values({ id: 2 }))),
      (tx: pg.PoolClient) =>
        kyselyOver(tx)
          .transaction()
          .execute((inner) => inner.insertInto("notes").values({ id: 2 }).execute()),
    ]) {
      await using(transaction(pool), async (tx) => {
        await tx.query("insert into notes values (1)");
        const { error } = await rejectedBy(own(tx));
        const message = String((error as Error).cause ?? error);
        expect(message).toContain("no BEGIN in a transaction: it ends with its scope");
      });
      expect(await ids()).toEqual([1]);
      await pool.query("truncate notes");
    }
  });

  it("kysely: a pool whose connect() gives the handle itself is refused, as it would be released", async () => {
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        const db = new Kysely<{ notes: { id: number } }>({
          dialect: new PostgresDialect({ pool: { connect: async () => tx, end: async () => {} } as never }),
        });
        await db.insertInto("notes").values({ id: 1 }).execute();
      }),
    );
    expect(String(error)).toContain("no release() in a transaction");
    expect(await ids()).toEqual([]);
  });

  it("knex: a client of its own pool is one for transaction()", async () => {
    const own = knex({
      client: "pg",
      connection: { host: "127.0.0.1", port, user: "postgres", database: "builders" },
      pool: { min: 0, max: 2 },
    });
    const lent = resource(
      () => own.client.acquireConnection() as Promise<pg.Client>,
      (client) => own.client.releaseConnection(client) as Promise<void>,
    );
    await using(lent, (client) =>
      using(transaction(client), async (tx) => void (await own("notes").insert({ id: 1 }).connection(tx))),
    );
    expect(await ids()).toEqual([1]);
    await own.destroy();
  });
});

describe.skipIf(port === undefined)("postgres.js", () => {
  let sql: postgres.Sql;
  let pool: pg.Pool;
  beforeAll(async () => {
    await createDatabase(port!, "postgres_js");
    sql = postgres({
      host: "127.0.0.1",
      port: port!,
      user: "postgres",
      database: "postgres_js",
      max: 2,
      onnotice() {},
    });
    pool = poolOn(port!, 2, "postgres_js");
    await pool.query("create table notes (id int primary key)");
  });
  afterAll(async () => {
    await sql.end();
    await pool.end();
  });

  /** A connection of it that is reserved, as a client. */
  const client = resource(
    async () => {
      const reserved = await sql.reserve();
      return {
        reserved,
        query: (text: string, values?: never[]) => reserved.unsafe(text, values),
      };
    },
    ({ reserved }) => reserved.release(),
  );
  const ids = async () => (await pool.query("select id from notes order by id")).rows.map((r) => r.id);

  it("is a client by a reserved connection and a query(): committed, rolled back, nested", async () => {
    await using(client, async (each) => {
      await using(transaction(each, { isolation: "serializable" }), async (tx) => {
        await tx.query("insert into notes values ($1)", [1 as never]);
        await rejectedBy(using(transaction(tx), (inner) => inner.query("insert into notes values (1)")));
        await tx.reserved`insert into notes values (2)`;
      });
      await rejectedBy(
        using(transaction(each), async (tx) => {
          await tx.query("insert into notes values (3)");
          throw new Error("bug");
        }),
      );
      const { error } = await rejectedBy(
        using(transaction(each), async (tx) => {
          await tx.query("insert into notes values (4)");
          await rejectedBy(Promise.resolve(tx.query("select 1 / 0")));
        }),
      );
      expect(String(error)).toContain("rolled back and not committed: a statement in it had failed");
    });
    expect(await ids()).toEqual([1, 2]);
  });

  it("itself is refused, and so is its own transaction", async () => {
    expect(() => transaction(sql as never)).toThrow("takes a database client, which has query() or exec()");
  });
});

describe.skipIf(mariadbPort === undefined)("over the handle of a transaction of mysql2", () => {
  it("drizzle: is committed, rolled back and nested; what ends the transaction is noticed", async () => {
    const connection = await createConnection({ host: "127.0.0.1", port: mariadbPort!, user: "root" });
    await connection.query("create or replace database builders");
    await connection.query("use builders");
    await connection.query("create table notes (id int primary key)");
    const notes = mysqlTable("notes", { id: int("id").primaryKey() });
    const insert = (tx: typeof connection, id: number) => drizzleMysql(tx).insert(notes).values({ id });
    const ids = async () =>
      (await drizzleMysql(connection).select().from(notes)).map(({ id }: { id: number }) => id);

    await using(transaction(connection), async (tx) => {
      await insert(tx, 1);
      await rejectedBy(using(transaction(tx), async (inner) => void (await insert(inner, 1))));
      const { error } = await rejectedBy(drizzleMysql(tx).transaction(async () => {}));
      expect(String((error as Error).cause ?? error)).toContain("no BEGIN in a transaction");
    });
    const { error } = await rejectedBy(
      using(transaction(connection), async (tx) => {
        await drizzleMysql(tx).execute("create table made (id int)");
        await insert(tx, 2);
      }),
    );
    expect((error as Error).cause ?? error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
    expect(await ids()).toEqual([1]);
    await connection.end();
  });
});
