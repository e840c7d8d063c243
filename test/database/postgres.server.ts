import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { transaction, withTransaction } from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { gate } from "./gate.ts";
import { createDatabase, poolOn } from "./socket.ts";
import { using } from "./using.ts";

// What the one session of PGlite cannot show.
const port = inject("postgres");

describe.skipIf(port === undefined)("with a server that has several sessions", () => {
  let pool: pg.Pool;
  beforeAll(async () => {
    await createDatabase(port!, "sessions");
    pool = poolOn(port!, 4, "sessions");
    await pool.query("create table accounts (id int primary key, balance int check (balance >= 0))");
  });
  afterAll(() => pool.end());
  beforeEach(() => pool.query("truncate accounts; insert into accounts values (1, 100), (2, 100)"));

  const balances = async () =>
    (await pool.query("select balance from accounts order by id")).rows.map((r) => r.balance);

  /** Each of two bodies waits in its first attempt until the other one has come as far. */
  function meeting(): (attempt: number) => Promise<void> {
    const both = gate();
    let waiting = 0;
    return (attempt) => {
      if (attempt === 1 && ++waiting === 2) both.open();
      return both.opened;
    };
  }

  it("of two that skew each other one is run again: serializable transactions", async () => {
    const met = meeting();
    const attempts = { a: 0, b: 0 };
    // Both may withdraw if both accounts together have enough for it: for one of them it is then not enough.
    const withdraw = (name: "a" | "b", id: number) =>
      withTransaction(
        pool,
        async (tx) => {
          const attempt = ++attempts[name];
          const { rows } = await tx.query("select sum(balance)::int as total from accounts");
          await met(attempt);
          if (rows[0].total < 150) return "not enough";
          await tx.query("update accounts set balance = balance - 75 where id = $1", [id]);
          return "paid";
        },
        { isolation: "serializable", delay: 1 },
      );
    const answers = await Promise.all([withdraw("a", 1), withdraw("b", 2)]);
    expect(answers.sort()).toEqual(["not enough", "paid"]);
    expect(Math.min(attempts.a, attempts.b)).toBe(1);
    expect(Math.max(attempts.a, attempts.b)).toBeGreaterThan(1);
    expect((await balances()).sort()).toEqual([100, 25]);
  });

  it("of two that write the same row one is run again: repeatable read", async () => {
    const met = meeting();
    let attempts = 0;
    const deposit = () => {
      let attempt = 0;
      return withTransaction(
        pool,
        async (tx) => {
          attempts++;
          const { rows } = await tx.query("select balance from accounts where id = 1");
          await met(++attempt);
          await tx.query("update accounts set balance = $1 where id = 1", [rows[0].balance + 10]);
        },
        { isolation: "repeatable read", delay: 1 },
      );
    };
    await Promise.all([deposit(), deposit()]);
    expect([attempts, await balances()]).toEqual([3, [120, 100]]); // no deposit is lost
  });

  it("of two that wait for each other one is run again: a deadlock", async () => {
    const met = meeting();
    let attempts = 0;
    const transfer = (from: number, to: number) => {
      let attempt = 0;
      return withTransaction(
        pool,
        async (tx) => {
          attempts++;
          await tx.query("update accounts set balance = balance - 10 where id = $1", [from]);
          await met(++attempt);
          await tx.query("update accounts set balance = balance + 10 where id = $1", [to]);
        },
        { delay: 1 },
      );
    };
    await Promise.all([transfer(1, 2), transfer(2, 1)]);
    expect(attempts).toBeGreaterThanOrEqual(3); // the second attempt may meet the other one again
    expect(await balances()).toEqual([100, 100]);
  });

  it("many transfers at the same time keep the sum, whatever fails", async () => {
    await pool.query("insert into accounts select i, 100 from generate_series(3, 6) i");
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        withTransaction(
          pool,
          async (tx) => {
            const [from, to] = [1 + (i % 6), 1 + ((i * 5 + 1) % 6)];
            await tx.query("update accounts set balance = balance + $1 where id = $2", [i, to]);
            await tx.query("update accounts set balance = balance - $1 where id = $2", [i, from]);
            if (i % 7 === 0) throw new Error("changed its mind");
          },
          { isolation: "serializable", attempts: 50, delay: 1, maxDelay: 20 },
        ),
      ),
    );
    expect((await pool.query("select sum(balance)::int as s from accounts")).rows).toEqual([{ s: 600 }]);
    const reasons = outcomes.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
    expect(reasons.filter((reason) => reason === "Error: changed its mind").length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatch(/changed its mind|violates check constraint/);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it("a session that the server ends in a transaction is an error, and the pool closes the client", async () => {
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        await tx.query("update accounts set balance = 0");
        const { rows } = await tx.query("select pg_backend_pid() as pid");
        const ended = new Promise<void>((resolve) => tx.once("end", resolve));
        await pool.query("select pg_terminate_backend($1)", [rows[0].pid]);
        await ended;
      }),
    );
    expect(String(error)).toContain("the transaction was not committed: its connection was lost before");
    expect(error).toMatchObject({ name: "TransactionError", outcome: "not committed", code: "57P01" });
    expect(await balances()).toEqual([100, 100]);
    expect(pool.idleCount).toBe(pool.totalCount);
  });
});
