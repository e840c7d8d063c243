import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  isSerializationFailure,
  transaction,
  TransactionError,
  withTransaction,
} from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { useDatabase } from "./pglite.ts";
import { poolOn, proxy, type Proxy, serve } from "./socket.ts";
import { using } from "./using.ts";

// `conflict` raises what PostgreSQL raises, as often as `failures` says, at once or by the COMMIT.
const database = useDatabase(`
  create table notes (id int primary key);
  create table doctors (name text primary key, on_call boolean);
  create sequence calls;
  create function conflict(code text, failures int) returns void language plpgsql as $$
    begin
      if nextval('calls') <= failures then raise exception 'conflict' using errcode = code; end if;
    end $$;
  create table late (code text, failures int);
  create function conflict_late() returns trigger language plpgsql as $$
    begin perform conflict(new.code, new.failures); return null; end $$;
  create constraint trigger late after insert on late deferrable initially deferred
    for each row execute function conflict_late();
`);
const add = (id: number) => `insert into notes values (${id})`;

let server: Awaited<ReturnType<typeof serve>>;
let between: Proxy;
let pool: pg.Pool;
let others: pg.Pool;
let waits: number[];

beforeAll(async () => {
  server = await serve(database());
  between = await proxy(server.port);
  pool = poolOn(between.port);
  others = poolOn(server.port);
});
afterAll(async () => {
  await Promise.all([pool.end(), others.end()]);
  await between.stop();
  await server.stop();
});
beforeEach(async () => {
  await others.query("truncate notes, late, doctors");
  await others.query("alter sequence calls restart");
  waits = [];
  const { setTimeout } = globalThis;
  vi.stubGlobal("setTimeout", (callback: () => void, milliseconds: number) => {
    if (milliseconds <= 1000) waits.push(milliseconds); // those of pg's pools are longer
    return setTimeout(callback, milliseconds <= 1000 ? 0 : milliseconds);
  });
});
afterEach(() => vi.unstubAllGlobals());

async function ids(): Promise<number[]> {
  const { rows } = await others.query("select id from notes order by id");
  return rows.map(({ id }: { id: number }) => id);
}

describe("withTransaction()", () => {
  it("commits and gives what the body returns, or rolls back and throws what it throws", async () => {
    expect(await withTransaction(pool, async (tx) => (await tx.query(add(1))).rowCount)).toBe(1);
    expect(await withTransaction(pool, () => "not even a promise")).toBe("not even a promise");
    const bug = new Error("bug");
    const { error } = await rejectedBy(
      withTransaction(pool, async (tx) => {
        await tx.query(add(2));
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect([await ids(), waits]).toEqual([[1], []]);
  });

  it.each([
    ["a serialization failure", "select conflict('40001', 2)"],
    ["a deadlock", "select conflict('40P01', 2)"],
    ["a serialization failure at the COMMIT", "insert into late values ('40001', 2)"],
  ])("runs the body again after %s, each time in a new transaction", async (_, statement) => {
    let attempts = 0;
    const attempt = await withTransaction(pool, async (tx) => {
      attempts++;
      await tx.query(add(attempts));
      await tx.query(statement);
      return attempts;
    });
    expect([attempt, await ids()]).toEqual([3, [3]]);
    expect(waits).toHaveLength(2);
    for (const [index, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(10 * 2 ** index);
  });

  it("runs it again for an error that holds the failure as its cause", async () => {
    let attempts = 0;
    await withTransaction(pool, async (tx) => {
      attempts++;
      await tx.query("select conflict('40001', 1)").catch((cause: unknown) => {
        throw new Error("could not book", { cause });
      });
    });
    expect(attempts).toBe(2);
  });

  it("gives up after so many attempts, and tells how many", async () => {
    let attempts = 0;
    const { error } = await rejectedBy(
      withTransaction(
        pool,
        async (tx) => {
          attempts++;
          await tx.query("select conflict('40001', 99)");
        },
        { attempts: 4, delay: 0 },
      ),
    );
    expect(attempts).toBe(4);
    expect(error).toBeInstanceOf(TransactionError);
    expect(String(error)).toBe(
      "TransactionError: ts-raii: the transaction was run 4 times, and each time another one came in between; " +
        "the last time: error: conflict",
    );
    expect(error).toMatchObject({
      attempts: 4,
      code: "40001",
      outcome: "not committed",
      cause: { code: "40001" },
    });
    expect(isSerializationFailure(error)).toBe(true);
  });

  it("with one attempt throws the error as it is", async () => {
    const { error } = await rejectedBy(
      withTransaction(pool, (tx) => tx.query("select conflict('40001', 99)"), { attempts: 1 }),
    );
    expect(error).not.toBeInstanceOf(TransactionError);
    expect(error).toMatchObject({ code: "40001" });
  });

  it("throws an error of another kind as it is, also after other attempts", async () => {
    let attempts = 0;
    const { error } = await rejectedBy(
      withTransaction(pool, async (tx) => {
        if (++attempts === 2) await tx.query("select 1 / 0");
        await tx.query("select conflict('40001', 1)");
      }),
    );
    expect([attempts, (error as { code: string }).code]).toEqual([2, "22012"]);
  });

  it("asks `when`, if it is given", async () => {
    const asked: unknown[] = [];
    let attempts = 0;
    const when = (error: unknown, attempt: number) => asked.push([(error as Error).message, attempt]) < 3;
    const { error } = await rejectedBy(
      withTransaction(pool, () => Promise.reject(new Error(`attempt ${++attempts}`)), { when }),
    );
    expect(String(error)).toBe("Error: attempt 3");
    expect(asked).toEqual([
      ["attempt 1", 1],
      ["attempt 2", 2],
      ["attempt 3", 3],
    ]);
  });

  it("waits longer from time to time, up to a limit, less what is left to chance", async () => {
    const body = (tx: pg.PoolClient) => tx.query("select conflict('40001', 99)");
    await rejectedBy(
      withTransaction(pool, body, { attempts: 6, delay: 40, factor: 3, maxDelay: 500, jitter: 0 }),
    );
    expect(waits).toEqual([40, 120, 360, 500, 500]);
    waits.length = 0;
    await rejectedBy(withTransaction(pool, body, { attempts: 4, delay: 16, jitter: 0.5, random: () => 0.5 }));
    expect(waits).toEqual([12, 24, 48]);
    waits.length = 0;
    await rejectedBy(withTransaction(pool, body, { random: () => 0 }));
    expect(waits).toEqual([10, 20, 40, 80]);
  });

  it("in a transaction runs once: the outer one is run again, and it with that", async () => {
    let outer = 0;
    let inner = 0;
    await withTransaction(
      pool,
      async (tx) => {
        await tx.query(add(++outer));
        await withTransaction(tx, async (nested) => {
          await nested.query(add(100 + ++inner));
          await nested.query("select conflict('40001', 2)");
        });
      },
      { delay: 0 },
    );
    expect([outer, inner, await ids()]).toEqual([3, 3, [3, 103]]);

    await others.query("alter sequence calls restart");
    inner = 0;
    const { error } = await rejectedBy(
      using(transaction(pool), (tx) =>
        withTransaction(tx, (nested) => {
          inner++;
          return nested.query("select conflict('40001', 99)");
        }),
      ),
    );
    expect([inner, (error as { code: string }).code]).toEqual([1, "40001"]);
  });

  it("is not run again when nobody knows whether it was committed", async () => {
    let attempts = 0;
    const { error } = await rejectedBy(
      withTransaction(
        pool,
        async (tx) => {
          attempts++;
          await tx.query(add(attempts));
          between.cut("COMMIT", "after");
        },
        { when: () => true },
      ),
    );
    expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
    expect([attempts, await ids()]).toEqual([1, [1]]);
  });

  it("is run again, on another client, when the connection was lost: nothing was committed", async () => {
    const asked: unknown[] = [];
    let attempts = 0;
    await withTransaction(
      pool,
      async (tx) => {
        await tx.query(add(++attempts));
        if (attempts === 1) between.cut("ROLLBACK", "before");
        if (attempts === 2) between.cut("select", "before");
        if (attempts === 3) return;
        await tx.query("select conflict('40001', 1)");
      },
      { when: (error) => asked.push((error as Error).message) < 5 },
    );
    expect(asked).toEqual(["conflict", "Connection terminated unexpectedly"]);
    expect([attempts, await ids()]).toEqual([3, [3]]);
  });

  it("on a client whose connection was lost is not run again, and fails with the first error", async () => {
    const client = new pg.Client({
      host: "127.0.0.1",
      port: between.port,
      user: "postgres",
      database: "postgres",
    });
    await client.connect();
    const asked: unknown[] = [];
    const { error } = await rejectedBy(
      withTransaction(
        client,
        async (tx) => {
          between.cut("ROLLBACK", "before");
          await tx.query("select conflict('40001', 99)");
        },
        { when: (error) => asked.push(error) > 0 },
      ),
    );
    expect(error).toMatchObject({ code: "40001" });
    expect(asked).toEqual([error]);
    await client.end();
  });

  it.each([
    [{ attempts: 0 }, RangeError, "attempts is a whole number from 1, and not 0"],
    [{ attempts: 1.5 }, RangeError, "attempts is"],
    [{ attempts: NaN }, RangeError, "attempts is"],
    [{ delay: NaN }, RangeError, "delay is milliseconds from 0, and not NaN"],
    [{ delay: -1 }, RangeError, "delay is"],
    [{ maxDelay: Infinity }, RangeError, "maxDelay is"],
    [{ factor: "2" }, RangeError, "factor is a number from 0, and not 2"],
    [{ jitter: 1.1 }, RangeError, "jitter is a number from 0 to 1"],
    [{ when: true }, TypeError, "when is a function"],
    [{ retries: 3 }, TypeError, "there is no option retries"],
    [{ isolation: "high" }, TypeError, "isolation is one of"],
  ])("refuses the options %j", async (options, type, message) => {
    const { error } = await rejectedBy(withTransaction(pool, () => {}, options as never));
    expect(error).toBeInstanceOf(type);
    expect(String(error)).toContain(message);
  });

  it("refuses what is no client and no function", async () => {
    expect(String((await rejectedBy(withTransaction({} as never, () => {}))).error)).toContain(
      "takes a database client",
    );
    expect(String((await rejectedBy(withTransaction(pool, 1 as never))).error)).toContain("takes a function");
  });
});

describe("two transactions that conflict", () => {
  const serializable = { isolation: "serializable" } as const;

  /** Goes off call if somebody else stays: right for one at a time, and for two at a time only if they are serializable. */
  async function goOffCall(tx: pg.PoolClient, name: string): Promise<string> {
    const { rows } = await tx.query("select count(*)::int as n from doctors where on_call");
    if (rows[0].n < 2) return `${name} has to stay`;
    await tx.query("update doctors set on_call = false where name = $1", [name]);
    return `${name} may go`;
  }

  const onCall = async () =>
    (await others.query("select name from doctors where on_call")).rows as { name: string }[];

  /** Another one has done its part and not committed; the one session of PGlite keeps it prepared meanwhile. */
  async function beginOther(name: string): Promise<void> {
    await others.query("insert into doctors values ('alice', true), ('bob', true)");
    const client = await others.connect();
    await client.query("begin isolation level serializable");
    expect(await goOffCall(client, name)).toBe(`${name} may go`);
    await client.query("prepare transaction 'other'");
    client.release();
  }

  it("PostgreSQL lets the second one fail, and withTransaction() runs it again when the first has committed", async () => {
    await beginOther("alice");
    const seen: string[] = [];
    let commitOther: Promise<unknown> | undefined;
    const answer = await withTransaction(
      pool,
      async (tx) => {
        // It has to wait for its turn: until this transaction is over, one way or the other.
        commitOther ??= others.query("commit prepared 'other'");
        seen.push("attempt");
        const may = await goOffCall(tx, "bob");
        seen.push(may);
        return may;
      },
      serializable,
    );
    await commitOther;
    expect(seen).toEqual(["attempt", "attempt", "bob has to stay"]);
    expect(answer).toBe("bob has to stay");
    expect(await onCall()).toEqual([{ name: "bob" }]);
  });

  it("without it, the failure is thrown as it is, and nothing is left of the second one", async () => {
    await beginOther("alice");
    const { error } = await rejectedBy(using(transaction(pool, serializable), (tx) => goOffCall(tx, "bob")));
    expect(error).toMatchObject({ code: "40001", severity: "ERROR" });
    expect(String(error)).toContain(
      "could not serialize access due to read/write dependencies among transactions",
    );
    await others.query("commit prepared 'other'");
    expect(await onCall()).toEqual([{ name: "bob" }]);
  });

  it("a statement that cannot get a lock without waiting is an error like every other", async () => {
    await beginOther("alice");
    const { error } = await rejectedBy(
      withTransaction(pool, (tx) => tx.query("select from doctors where name = 'alice' for update nowait")),
    );
    expect(error).toMatchObject({ code: "55P03" });
    await others.query("rollback prepared 'other'");
    expect(await onCall()).toHaveLength(2);
  });
});

describe("isSerializationFailure()", () => {
  it.each([
    [{ code: "40001" }, true],
    [{ code: "40P01" }, true],
    [{ code: "ER_LOCK_DEADLOCK", errno: 1213, sqlState: "40001" }, true], // mysql2
    [{ code: "23505" }, false],
    [{ code: 40001 }, false],
    [new Error("40001"), false],
    [{ cause: { cause: { code: "40001" } } }, true],
    [{ error: { code: "08006" }, suppressed: { code: "40001" } }, true],
    [{ error: { code: "40001" }, suppressed: new Error("came first") }, false],
    [undefined, false],
    ["40001", false],
  ])("of %j is %s", (error, expected) => expect(isSerializationFailure(error)).toBe(expected));

  it("ends for a ring, and for what cannot be read", () => {
    const ring: { cause?: unknown } = {};
    ring.cause = ring;
    expect(isSerializationFailure(ring)).toBe(false);
    const unreadable = new Proxy({}, { get: () => expect.fail("read") });
    expect(isSerializationFailure(unreadable)).toBe(false);
  });
});
