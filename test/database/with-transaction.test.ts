import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  isSerializationFailure,
  transaction,
  TransactionError,
  withTransaction,
} from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { useConflicts } from "./conflicting.ts";
import { using } from "./using.ts";

const conflicts = useConflicts();
const add = (id: number) => `insert into notes values (${id})`;

let waits: number[];
beforeEach(() => {
  waits = [];
  const { setTimeout } = globalThis;
  vi.stubGlobal("setTimeout", (callback: () => void, milliseconds: number) => {
    if (milliseconds <= 1000) waits.push(milliseconds); // those of pg's pools are longer
    return setTimeout(callback, milliseconds <= 1000 ? 0 : milliseconds);
  });
});
afterEach(() => vi.unstubAllGlobals());

async function ids(): Promise<number[]> {
  const { rows } = await conflicts.others.query("select id from notes order by id");
  return rows.map(({ id }: { id: number }) => id);
}

describe("withTransaction()", () => {
  it("commits and gives what the body returns, or rolls back and throws what it throws", async () => {
    expect(await withTransaction(conflicts.pool, async (tx) => (await tx.query(add(1))).rowCount)).toBe(1);
    expect(await withTransaction(conflicts.pool, () => "not even a promise")).toBe("not even a promise");
    const bug = new Error("bug");
    const { error } = await rejectedBy(
      withTransaction(conflicts.pool, async (tx) => {
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
    const attempt = await withTransaction(conflicts.pool, async (tx) => {
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
    await withTransaction(conflicts.pool, async (tx) => {
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
        conflicts.pool,
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
      withTransaction(conflicts.pool, (tx) => tx.query("select conflict('40001', 99)"), { attempts: 1 }),
    );
    expect(error).not.toBeInstanceOf(TransactionError);
    expect(error).toMatchObject({ code: "40001" });
  });

  it("throws an error of another kind as it is, also after other attempts", async () => {
    let attempts = 0;
    const { error } = await rejectedBy(
      withTransaction(conflicts.pool, async (tx) => {
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
      withTransaction(conflicts.pool, () => Promise.reject(new Error(`attempt ${++attempts}`)), { when }),
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
      withTransaction(conflicts.pool, body, { attempts: 6, delay: 40, factor: 3, maxDelay: 500, jitter: 0 }),
    );
    expect(waits).toEqual([40, 120, 360, 500, 500]);
    waits.length = 0;
    await rejectedBy(
      withTransaction(conflicts.pool, body, { attempts: 4, delay: 16, jitter: 0.5, random: () => 0.5 }),
    );
    expect(waits).toEqual([12, 24, 48]);
    waits.length = 0;
    await rejectedBy(withTransaction(conflicts.pool, body, { random: () => 0 }));
    expect(waits).toEqual([10, 20, 40, 80]);
  });

  it("in a transaction runs once: the outer one is run again, and it with that", async () => {
    let outer = 0;
    let inner = 0;
    await withTransaction(
      conflicts.pool,
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

    await conflicts.others.query("alter sequence calls restart");
    inner = 0;
    const { error } = await rejectedBy(
      using(transaction(conflicts.pool), (tx) =>
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
        conflicts.pool,
        async (tx) => {
          attempts++;
          await tx.query(add(attempts));
          conflicts.between.cut("COMMIT", "after");
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
      conflicts.pool,
      async (tx) => {
        await tx.query(add(++attempts));
        if (attempts === 1) conflicts.between.cut("ROLLBACK", "before");
        if (attempts === 2) conflicts.between.cut("select", "before");
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
      port: conflicts.between.port,
      user: "postgres",
      database: "postgres",
    });
    await client.connect();
    const asked: unknown[] = [];
    const { error } = await rejectedBy(
      withTransaction(
        client,
        async (tx) => {
          conflicts.between.cut("ROLLBACK", "before");
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
    const { error } = await rejectedBy(withTransaction(conflicts.pool, () => {}, options as never));
    expect(error).toBeInstanceOf(type);
    expect(String(error)).toContain(message);
  });

  it("refuses what is no client and no function", async () => {
    expect(String((await rejectedBy(withTransaction({} as never, () => {}))).error)).toContain(
      "takes a database client",
    );
    expect(String((await rejectedBy(withTransaction(conflicts.pool, 1 as never))).error)).toContain(
      "takes a function",
    );
  });
});
