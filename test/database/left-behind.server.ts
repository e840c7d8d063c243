import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { transaction, TransactionError, withTransaction } from "../../runtime/database/index.ts";
import { combined, rejectedBy } from "../runtime/traced.ts";
import { createDatabase, poolOn } from "./socket.ts";
import { using } from "./using.ts";

const port = inject("postgres");

/** Long enough for every statement of these tests that does not wait for a lock. */
const query_timeout = 1500;

describe.skipIf(port === undefined)("a transaction of node-postgres that could not be ended", () => {
  let others: pg.Pool;
  let blocker: pg.PoolClient;
  let client: pg.Client;
  beforeAll(async () => {
    await createDatabase(port!, "left_behind");
    others = poolOn(port!, 4, "left_behind");
    await others.query("create table notes (id int primary key)");
  });
  afterAll(() => others.end());
  beforeEach(async () => {
    await others.query("truncate notes");
    blocker = await others.connect();
    client = new pg.Client({
      host: "127.0.0.1",
      port,
      user: "postgres",
      database: "left_behind",
      query_timeout,
    });
    await client.connect();
    // What it was told to cancel may be answered later.
    client.on("error", () => {});
  });
  afterEach(async () => {
    blocker.release();
    await client.end();
  });

  const add = (id: number) => `insert into notes values (${id})`;
  const ids = async () => (await others.query("select id from notes order by id")).rows.map((r) => r.id);

  /** Fails with what waits for a lock longer than the client does; the ROLLBACK then waits behind it. */
  async function leaveBehind(
    run: (body: (tx: pg.Client) => Promise<unknown>) => Promise<unknown>,
  ): Promise<unknown> {
    await blocker.query("select pg_advisory_lock(1)");
    return (
      await rejectedBy(
        run(async (tx) => {
          await tx.query(add(1));
          await tx.query("select pg_advisory_xact_lock(1)");
        }),
      )
    ).error;
  }
  const goOn = () => blocker.query("select pg_advisory_unlock(1)");

  it("is ended before the next ones begin, which are committed", async () => {
    const error = await leaveBehind((body) => using(transaction(client), body));
    expect(String(combined(error).suppressed)).toBe("Error: Query read timeout");
    expect(String(combined(error).error)).toContain("could not be rolled back: Error: Query read timeout");
    await goOn();
    for (const id of [1, 2, 3]) {
      await using(transaction(client), (tx) => tx.query(add(id)));
      expect(client.getTransactionStatus()).toBe("I");
    }
    await rejectedBy(using(transaction(client), async (tx) => Promise.reject(await tx.query(add(4)))));
    expect(await ids()).toEqual([1, 2, 3]);
  });

  it("refuses the client while it cannot be ended", async () => {
    await leaveBehind((body) => using(transaction(client), body));
    const { error } = await rejectedBy(using(transaction(client), () => expect.fail("begun")));
    expect(error).toBeInstanceOf(TransactionError);
    expect(String(error)).toBe(
      "TransactionError: ts-raii: a transaction could not be begun: the one before it on this client could not be " +
        "rolled back (Error: Query read timeout). Close the client, with which the database rolls it back",
    );
    await goOn();
    await using(transaction(client), (tx) => tx.query(add(2)));
    expect(await ids()).toEqual([2]);
  });

  it("is no outer one for withTransaction(), which runs what conflicts again", async () => {
    await leaveBehind((body) => using(transaction(client), body));
    await goOn();
    let attempts = 0;
    await withTransaction(client, async (tx) => {
      await tx.query(add(++attempts));
      if (attempts === 1) throw Object.assign(new Error("conflict"), { code: "40001" });
    });
    expect([attempts, await ids()]).toEqual([2, [2]]);
  });

  describe.each([
    ["that tells its state", (each: pg.Client) => each],
    ["that does not", (each: pg.Client) => ({ query: (sql: string) => each.query(sql) })],
  ])("of a client %s", (_, wrap) => {
    it.each([
      ["two statements", ["rollback", "begin"]],
      ["one text", ["rollback; begin isolation level serializable"]],
      ["START TRANSACTION after a COMMIT", ["commit", "  start\ttransaction"]],
      ["several of them", ["rollback", "begin", "savepoint a", "rollback to savepoint a"]],
    ])("is not rolled back once the program has begun one of its own, by %s", async (_, texts) => {
      const used = wrap(client);
      await leaveBehind((body) => using(transaction(used as never), body as never));
      await goOn();
      for (const text of [...texts, add(2)]) await used.query(text);
      for (let round = 0; round < 2; round++) {
        const { error } = await rejectedBy(using(transaction(used as never), () => expect.fail("begun")));
        expect(error).toMatchObject({ name: "TransactionError", outcome: "not committed" });
        expect(String(error)).toMatch(
          /the program has begun one of its own since \((BEGIN|START\tTRANSACTION)\)\. .* roll back your own first/,
        );
      }
      await used.query("commit");
      await using(transaction(used as never), () => used.query(add(3)));
      expect((await ids()).slice(-2)).toEqual([2, 3]);
      expect(Object.hasOwn(client, "query")).toBe(false);
    });

    it.each([["rollback"], ["begin", "commit"], ["select '; begin'", "rollback"]])(
      "is at its end when the program has ended it, by %s",
      async (...texts) => {
        const used = wrap(client);
        await leaveBehind((body) => using(transaction(used as never), body as never));
        await goOn();
        for (const text of texts) await used.query(text);
        await using(transaction(used as never), () => used.query(add(3)));
        expect(await ids()).toContain(3);
      },
    );
  });

  it("of a savepoint in a transaction begun by other means: the client is refused until that has ended", async () => {
    await client.query("begin");
    await leaveBehind((body) => using(transaction(client), body));
    await goOn();
    const { error } = await rejectedBy(using(transaction(client), () => expect.fail("begun")));
    expect(String(error)).toContain("a savepoint of before could not be rolled back");
    await client.query("rollback");
    await using(transaction(client), (tx) => tx.query(add(2)));
    expect(await ids()).toEqual([2]);
  });

  it("is closed with its client by a pool", async () => {
    const pool = new pg.Pool({
      host: "127.0.0.1",
      port,
      user: "postgres",
      database: "left_behind",
      query_timeout,
      max: 1,
    });
    pool.on("connect", (each) => each.on("error", () => {}));
    await leaveBehind((body) => using(transaction(pool), body as never));
    expect(pool.totalCount).toBe(0);
    await using(transaction(pool), (tx) => tx.query(add(2)));
    await goOn();
    await pool.end();
    expect(await ids()).toEqual([2]);
  });
});

describe.skipIf(port === undefined)("a session that the server ends", () => {
  let pool: pg.Pool;
  let others: pg.Pool;
  beforeAll(async () => {
    await createDatabase(port!, "ended_sessions");
    others = poolOn(port!, 2, "ended_sessions");
    await others.query(`
      create table ended_sessions (id int primary key, how text);
      create function end_session() returns trigger language plpgsql as $$
        begin
          if new.how = 'terminated' then perform pg_terminate_backend(pg_backend_pid());
          elsif new.how is not null then raise exception 'no answer' using errcode = new.how;
          end if;
          return null;
        end $$;
      create constraint trigger late after insert on ended_sessions deferrable initially deferred
        for each row execute function end_session()`);
  });
  afterAll(() => others.end());
  beforeEach(async () => {
    await others.query("truncate ended_sessions");
    pool = poolOn(port!, 2, "ended_sessions");
  });
  afterEach(async () => {
    expect([pool.idleCount, pool.waitingCount]).toEqual([pool.totalCount, 0]);
    await pool.end();
  });

  const ids = async () =>
    (await others.query("select id from ended_sessions order by id")).rows.map((r) => r.id);
  const insert = "insert into ended_sessions values ($1, $2)";

  it("by a statement of the body: with the answer to that alone, and `when` is asked", async () => {
    const asked: unknown[] = [];
    let attempts = 0;
    await withTransaction(
      pool,
      async (tx) => {
        await tx.query(insert, [++attempts, null]);
        if (attempts === 1) await tx.query("select pg_terminate_backend(pg_backend_pid())");
      },
      { when: (error) => asked.push(error) > 0 },
    );
    expect(asked).toMatchObject([{ name: "error", code: "57P01" }]);
    expect([attempts, await ids()]).toEqual([2, [2]]);
  });

  it("in a nested one: the same, and the outer one can not be committed", async () => {
    let inner: unknown;
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        const nested = using(transaction(tx), (each) =>
          each.query("select pg_terminate_backend(pg_backend_pid())"),
        );
        inner = (await rejectedBy(nested)).error;
        await tx.query(insert, [1, null]);
      }),
    );
    expect(inner).toMatchObject({ name: "error", code: "57P01" });
    expect(error).toMatchObject({ name: "TransactionError", outcome: "not committed", code: "57P01" });
  });

  it("while the body does something else: what it sends next says why, with the code", async () => {
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        await tx.query("set idle_in_transaction_session_timeout = 30");
        await new Promise<void>((resolve) => tx.once("end", resolve));
        await tx.query(insert, [1, null]);
      }),
    );
    expect(error).toMatchObject({ name: "TransactionError", outcome: "not committed", code: "25P03" });
    expect(String(error)).toContain(
      "its connection was lost before (error: terminating connection due to idle-in-",
    );
  });

  it.each(["terminated", "08006", "08003", "40003", "57P01", "08S01"])(
    "or an error of that kind, by the COMMIT: nobody can know (%s)",
    async (how) => {
      const asked: unknown[] = [];
      const { error } = await rejectedBy(
        withTransaction(pool, (tx) => tx.query(insert, [1, how]), { when: (each) => asked.push(each) > 0 }),
      );
      expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
      expect((error as TransactionError).code).toBe(how === "terminated" ? "57P01" : how);
      expect(asked).toEqual([]);
      expect(pool.totalCount).toBe(0);
    },
  );

  it("an answer of another class is one: it was not committed", async () => {
    const { error } = await rejectedBy(using(transaction(pool), (tx) => tx.query(insert, [1, "P0001"])));
    expect(error).toMatchObject({ name: "error", code: "P0001" });
    expect([pool.totalCount, await ids()]).toEqual([1, []]);
  });
});
