import { createConnection as connectMariadb, createPool as mariadbPool } from "mariadb";
import { createConnection as connectMysql2, createPool as mysql2Pool } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { transaction, TransactionError, withTransaction } from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { type Proxy, proxy } from "./socket.ts";
import { using } from "./using.ts";

const port = inject("mariadb");

/** What both clients have in common, as far as the tests use it. */
interface Connection {
  query(sql: string, values?: unknown[]): Promise<unknown>;
  execute(sql: string, values?: unknown[]): Promise<unknown>;
  beginTransaction(): Promise<unknown>;
  release(): unknown;
  destroy(): void;
}
interface Pool {
  getConnection(): Promise<Connection>;
  end(): Promise<void>;
}

const login = (to: number) => ({ host: "127.0.0.1", port: to, user: "root", database: "test" });

const clients = [
  {
    name: "mysql2",
    pool: (to: number) =>
      mysql2Pool({ ...login(to), connectionLimit: 2, multipleStatements: true }) as never as Pool,
    connect: (to: number) =>
      connectMysql2(login(to)) as never as Promise<Connection & { end(): Promise<void> }>,
    rows: (answer: unknown) => (answer as [Record<string, unknown>[]])[0],
  },
  {
    name: "mariadb",
    pool: (to: number) =>
      mariadbPool({ ...login(to), connectionLimit: 2, multipleStatements: true }) as never as Pool,
    connect: (to: number) =>
      connectMariadb(login(to)) as never as Promise<Connection & { end(): Promise<void> }>,
    rows: (answer: unknown) => answer as Record<string, unknown>[],
  },
];

describe.skipIf(port === undefined).each(clients)(
  "transactions of $name",
  ({ pool: open, connect, rows }) => {
    let pool: Pool;
    let other: Connection & { end(): Promise<void> };
    let between: Proxy;

    beforeAll(async () => {
      between = await proxy(port!);
      other = await connect(port!);
      await other.query("create or replace table notes (id int primary key)");
      await other.query(
        "create or replace procedure commits() begin insert into notes values (50); commit; end",
      );
    });
    afterAll(async () => {
      await other.end();
      await between.stop();
    });
    beforeEach(async () => {
      await other.query("truncate notes");
      await other.query("insert into notes values (100), (200)");
      await other.query("drop table if exists made");
      pool = open(between.port);
    });
    afterEach(() => pool.end());

    const add = (id: number) => `insert into notes values (${id})`;
    const notes = async () =>
      rows(await other.query("select id from notes where id < 100 order by id")).map(({ id }) => id);

    /** Makes a body meet a deadlock: of the two the one that has written less is rolled back. */
    async function deadlock(tx: Connection): Promise<unknown> {
      await tx.query("update notes set id = id where id = 100");
      await other.query("start transaction");
      await other.query("insert into notes values (60), (61), (62), (63)");
      await other.query("update notes set id = id where id = 200");
      const theirs = other.query("update notes set id = id where id = 100");
      theirs.catch(() => {}); // it is awaited below
      await expect.poll(isWaiting, { interval: 200, timeout: 40_000 }).toBe(true);
      const { error } = await rejectedBy(tx.query("update notes set id = id where id = 200"));
      await theirs;
      await other.query("rollback");
      return error;
    }

    let watcher: (Connection & { end(): Promise<void> }) | undefined;
    afterAll(() => watcher?.end());

    /** Whether the other one waits for a lock. The server shows what was so 0.1 s ago, if it is asked more often. */
    async function isWaiting(): Promise<boolean> {
      watcher ??= await connect(port!);
      const sql =
        "select 1 from information_schema.innodb_trx where trx_state = 'LOCK WAIT' and trx_query like '%100'";
      return rows(await watcher.query(sql)).length > 0;
    }

    it("commit, roll back and nest", async () => {
      await using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        await rejectedBy(using(transaction(tx), (inner) => inner.query(`${add(2)}; ${add(1)}`)));
        await using(transaction(tx), (inner) => inner.execute("insert into notes values (?)", [3]));
      });
      await rejectedBy(
        using(transaction(pool), async (tx) => {
          await tx.query(add(4));
          throw new Error("bug");
        }),
      );
      expect(await notes()).toEqual([1, 3]);
    });

    it("begin as they are told to", async () => {
      const { error } = await rejectedBy(
        using(transaction(pool, { isolation: "serializable", readOnly: true }), (tx) => tx.query(add(1))),
      );
      expect(error).toMatchObject({ errno: 1792, sqlState: "25006" });
      await using(transaction(pool), (tx) => tx.query(add(1)));
      expect(await notes()).toEqual([1]);
    });

    describe("a deadlock that the body catches has ended them", () => {
      it("what the body sends next is refused, and nothing of it is written", async () => {
        const { error } = await rejectedBy(
          using(transaction(pool), async (tx) => {
            await tx.query(add(1));
            expect(await deadlock(tx)).toMatchObject({ errno: 1213 });
            await tx.query(add(2));
          }),
        );
        expect(error).toBeInstanceOf(TransactionError);
        expect(error).toMatchObject({ outcome: "not committed", code: "40001", cause: { errno: 1213 } });
        expect(String(error)).toContain("the transaction was rolled back by the database (");
        expect(await notes()).toEqual([]);
      });

      it("a body that goes on without a statement has not succeeded", async () => {
        const { error } = await rejectedBy(
          using(transaction(pool), async (tx) => {
            await tx.query(add(1));
            await deadlock(tx);
          }),
        );
        expect(error).toMatchObject({ name: "TransactionError", outcome: "not committed", code: "40001" });
        expect(await notes()).toEqual([]);
      });

      it("in a nested one, the outer one as well", async () => {
        let nested: unknown;
        const { error } = await rejectedBy(
          using(transaction(pool), async (tx) => {
            await tx.query(add(1));
            nested = (await rejectedBy(using(transaction(tx), async (inner) => void (await deadlock(inner)))))
              .error;
            expect(
              (await rejectedBy(using(transaction(tx), (inner) => inner.query(add(2))))).error,
            ).toMatchObject({
              name: "TransactionError",
              code: "40001",
            });
            await tx.query(add(3));
          }),
        );
        for (const each of [nested, error])
          expect(each).toMatchObject({ name: "TransactionError", code: "40001" });
        expect(await notes()).toEqual([]);
      });

      it("withTransaction() runs it again", async () => {
        let attempts = 0;
        await withTransaction(
          pool,
          async (tx) => {
            await tx.query(add(++attempts));
            if (attempts === 1) await deadlock(tx);
          },
          { delay: 0 },
        );
        expect([attempts, await notes()]).toEqual([2, [2]]);
      });

      it("a savepoint that it took away is no second error", async () => {
        const { error } = await rejectedBy(
          using(transaction(pool), (tx) =>
            using(transaction(tx), async (inner) => {
              throw await deadlock(inner);
            }),
          ),
        );
        expect(error).toMatchObject({ errno: 1213 });
      });
    });

    it("another error of a statement leaves them as they are", async () => {
      await using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        expect((await rejectedBy(tx.query(add(1)))).error).toMatchObject({ errno: 1062 });
        expect((await rejectedBy(tx.query("select"))).error).toMatchObject({ errno: 1064 });
        await tx.query(add(2));
      });
      expect(await notes()).toEqual([1, 2]);
    });

    it.each([
      ["a table that is made", "create table made (id int)"],
      ["a table that is emptied", "truncate notes"],
      ["a table that is there already, which fails", "create table notes (id int)"],
      ["a COMMIT", "/* of a library */ commit"],
      ["a ROLLBACK", "/* of a library */ rollback"],
      ["a COMMIT as the last of several statements", `${add(3)}; commit`],
      ["a procedure that commits", "call commits()"],
    ])("%s ends them: what the body sends next is refused", async (_, statement) => {
      const whyNext: unknown[] = [];
      const { error } = await rejectedBy(
        using(transaction(pool), async (tx) => {
          await tx.query(add(1));
          await tx.query(statement).catch(() => {});
          whyNext.push((await rejectedBy(Promise.resolve().then(() => tx.query(add(2))))).error);
          whyNext.push((await rejectedBy(Promise.resolve().then(() => tx.execute(add(2))))).error);
        }),
      );
      for (const each of [error, ...whyNext])
        expect(each).toMatchObject({ name: "TransactionError", outcome: "unknown" });
      expect(String(error)).toContain("the transaction had ended before its scope did");
      expect(await notes()).not.toContain(2);
    });

    it.each([
      "select 2 as serverStatus",
      "select 1; select 0 as serverStatus",
      "select 0 as serverStatus, 0 as affectedRows, 0 as fieldCount",
    ])("%s does not end them: that is a name like any other", async (statement) => {
      await using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        await tx.query(statement);
        await tx.query(add(2));
      });
      expect(await notes()).toEqual([1, 2]);
    });

    it("what was to be rolled back in the end, and had been committed, is an error", async () => {
      const { error } = await rejectedBy(
        using(transaction(pool, { forceRollback: true }), async (tx) => {
          await tx.query(add(1));
          await tx.query("create table made (id int)");
        }),
      );
      expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
      expect(await notes()).toEqual([1]);
    });

    it("withTransaction() does not run again what may have been committed", async () => {
      let attempts = 0;
      const { error } = await rejectedBy(
        withTransaction(
          pool,
          async (tx) => {
            await tx.query(add(++attempts));
            await tx.query("create table made (id int)");
            throw new Error("bug");
          },
          { when: () => true },
        ),
      );
      // Both errors: nobody else has told the body that its transaction is gone.
      expect(String(error)).toMatch(/ended[^]*Error: bug/);
      expect([attempts, await notes()]).toEqual([1, [1]]);
    });

    it("the connection is as good as new for the next one", async () => {
      for (const statement of ["create table made (id int)", "do 0; rollback"])
        await rejectedBy(using(transaction(pool), (tx) => tx.query(statement)));
      await using(transaction(pool), (tx) => tx.query(add(1)));
      await rejectedBy(
        using(transaction(pool), async (tx) => {
          await tx.query(add(2));
          throw new Error("bug");
        }),
      );
      expect(await notes()).toEqual([1]);
    });

    describe("whose connection is lost", () => {
      it("in the body: with the error of that alone, and its code", async () => {
        const { error } = await rejectedBy(
          using(transaction(pool), async (tx) => {
            await tx.query(add(1));
            between.cut("(2)", "before");
            await tx.query(add(2));
          }),
        );
        expect(error).toMatchObject({ fatal: true });
        expect((error as { code: string }).code).toMatch(/^(PROTOCOL_CONNECTION_LOST|ECONNRESET|ER_\w+)$/);
        expect(await notes()).toEqual([]);
      });

      it("by the server: with its answer alone; `when` is asked, and the next attempt is on another connection", async () => {
        const asked: unknown[] = [];
        let attempts = 0;
        await withTransaction(
          pool,
          async (tx) => {
            await tx.query(add(++attempts));
            if (attempts > 1) return;
            await other.query(`kill ${String(rows(await tx.query("select connection_id() as id"))[0]!.id)}`);
            await tx.query("select sleep(0.1)");
          },
          { when: (error) => asked.push(error) > 0, delay: 0 },
        );
        expect(asked).toHaveLength(1);
        expect(asked[0]).not.toMatchObject({ name: "SuppressedError" });
        // mysql2 has no name for 1927, MariaDB's for what was killed; the socket may be faster with its own error. The
        // client of mariadb may tell before the next statement is sent: that is then refused.
        const { code, errno } = asked[0] as { code?: string; errno?: number };
        expect(code ?? errno).toSatisfy(
          (each) => each === 1927 || /^E[A-Z_]+$|^PROTOCOL_|^08S01$/.test(String(each)),
        );
        expect([attempts, await notes()]).toEqual([2, [2]]);
      });

      it.each([
        ["before", []],
        ["after", [1]],
      ] as const)("during the COMMIT, %s it is carried out: nobody can know", async (when, left) => {
        const { error } = await rejectedBy(
          using(transaction(pool), async (tx) => {
            await tx.query(add(1));
            between.cut("COMMIT", when);
          }),
        );
        expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
        expect(String(error)).toContain("no answer to its COMMIT");
        await expect.poll(notes).toEqual(left);
      });
    });
  },
);
