import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { advisoryLock, transaction } from "../../runtime/database/index.ts";
import { race, resource, TimeoutError, withTimeout } from "../../runtime/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { gate } from "./gate.ts";
import { createDatabase, poolOn } from "./socket.ts";
import { using } from "./using.ts";

const port = inject("postgres");

describe.skipIf(port === undefined)("advisory locks of several sessions", () => {
  let pool: pg.Pool;
  let others: pg.Pool;
  beforeAll(async () => {
    await createDatabase(port!, "locks");
    others = poolOn(port!, 4, "locks");
  });
  afterAll(() => others.end());
  beforeEach(() => {
    pool = poolOn(port!, 4, "locks");
  });
  afterEach(async () => {
    expect([pool.idleCount, pool.waitingCount]).toEqual([pool.totalCount, 0]); // no client has been forgotten
    await pool.end();
    await expect.poll(locks, { timeout: 60_000 }).toEqual([]);
  });

  /** Of all sessions: whether they hold a lock, or wait for one. */
  async function locks(): Promise<string[]> {
    const { rows } = await others.query(
      `select granted from pg_locks join pg_database on database = pg_database.oid
       where locktype = 'advisory' and datname = current_database() order by granted`,
    );
    return rows.map(({ granted }: { granted: boolean }) => (granted ? "held" : "waits"));
  }

  it("an advisory lock keeps out a second session until it is released", async () => {
    const log: string[] = [];
    const work = (name: string, wait: Promise<void>) =>
      using(advisoryLock(pool, "nightly"), async () => {
        log.push(`+${name}`);
        await wait;
        log.push(`-${name}`);
      });
    const go = gate();
    const first = work("a", go.opened);
    await expect.poll(() => log, { timeout: 60_000 }).toEqual(["+a"]);
    const second = work("b", Promise.resolve());
    await expect.poll(locks, { timeout: 60_000 }).toEqual(["waits", "held"]);
    const { error } = await rejectedBy(using(advisoryLock(pool, "nightly", { wait: false }), () => {}));
    expect(error).toMatchObject({ name: "AdvisoryLockError", failure: "not available" });
    go.open();
    await Promise.all([first, second]);
    expect(log).toEqual(["+a", "-a", "+b", "-b"]);
    await using(advisoryLock(pool, "nightly", { wait: false }), () => {});
  });

  it("shared advisory locks keep out only one that is not", async () => {
    const shared = { shared: true, wait: false };
    await using(advisoryLock(pool, 1, shared), () =>
      using(advisoryLock(pool, 1, shared), async () => {
        const { error } = await rejectedBy(using(advisoryLock(pool, 1, { wait: false }), () => {}));
        expect(error).toMatchObject({ failure: "not available" });
      }),
    );
    await using(advisoryLock(pool, 1, { wait: false }), () => {});
  });

  describe("that are waited for in milliseconds", () => {
    it("are got when they are released in time", async () => {
      const go = gate();
      const first = using(advisoryLock(others, "job"), () => go.opened);
      await expect.poll(locks, { timeout: 60_000 }).toEqual(["held"]);
      const second = using(advisoryLock(pool, "job", { wait: 60_000 }), () => "got");
      await expect.poll(locks, { timeout: 60_000 }).toEqual(["waits", "held"]);
      go.open();
      await first;
      expect(await second).toBe("got");
    });

    it("fail when that is over; the client is as good as it was, and its settings are what they were", async () => {
      const setting = async (client: pg.Pool | pg.PoolClient) =>
        (await client.query("show lock_timeout")).rows[0].lock_timeout as string;
      await pool.query("set lock_timeout = '7min'"); // of the one client that there is
      await using(advisoryLock(others, "job"), async () => {
        for (const shared of [false, true]) {
          const { error } = await rejectedBy(
            using(advisoryLock(pool, "job", { wait: 20, shared }), () => {}),
          );
          expect(error).toMatchObject({ name: "AdvisoryLockError", failure: "not available", key: "job" });
          expect(error).toMatchObject({ cause: { code: "55P03" } });
          expect(String(error)).toBe(
            'AdvisoryLockError: ts-raii: the advisory lock "job" is held by somebody else, and was not released within 20 ms',
          );
        }
        expect([await locks(), pool.totalCount, await setting(pool)]).toEqual([["held"], 1, "7min"]);
      });
      await using(advisoryLock(pool, "job", { wait: 20 }), async (client) => {
        expect([await locks(), await setting(client)]).toEqual([["held"], "7min"]);
      });
    });

    it("in a transaction leave that, and its settings, as they were", async () => {
      await pool.query("create table if not exists kept (id int); truncate kept");
      await using(advisoryLock(others, 5), () =>
        using(transaction(pool), async (tx) => {
          await tx.query("set local lock_timeout = '7min'; insert into kept values (1)");
          const { error } = await rejectedBy(using(advisoryLock(tx, 5, { wait: 20 }), () => {}));
          expect(error).toMatchObject({ failure: "not available" });
          await using(advisoryLock(tx, "it's; another", { wait: 20 }), async () => {
            expect(await locks()).toEqual(["held", "held"]);
            await tx.query("insert into kept values (2)");
          });
          expect((await tx.query("show lock_timeout")).rows).toEqual([{ lock_timeout: "7min" }]);
        }),
      );
      expect((await pool.query("select id from kept order by id")).rows).toEqual([{ id: 1 }, { id: 2 }]);
    });

    it("0 does not wait at all, and Infinity as long as it takes", async () => {
      await using(advisoryLock(others, 1), async () => {
        const { error } = await rejectedBy(using(advisoryLock(pool, 1, { wait: 0 }), () => {}));
        expect(String(error)).toContain("is held by somebody else");
      });
      await using(advisoryLock(pool, 1, { wait: Infinity }), async () =>
        expect(await locks()).toEqual(["held"]),
      );
    });
  });

  describe("that nobody waits for any more", () => {
    it("keep no client of the pool: more of them than it has do not empty it", async () => {
      await using(advisoryLock(others, "job"), async () => {
        for (let i = 0; i < 10; i++) {
          const { error } = await rejectedBy(
            using(withTimeout(advisoryLock(pool, "job"), { acquire: 20 }), () => {}),
          );
          expect(error).toBeInstanceOf(TimeoutError);
          await (error as TimeoutError).late!.catch((late: unknown) => expect(late).toBe(error));
        }
        expect([pool.idleCount, pool.waitingCount]).toEqual([pool.totalCount, 0]);
        // Nor a place in the server.
        await expect.poll(locks, { timeout: 60_000 }).toEqual(["held"]);
      });
    });

    it("at the same time, as many as the pool has clients", async () => {
      await using(advisoryLock(others, "job"), async () => {
        const abandoned = Array.from({ length: 4 }, () =>
          rejectedBy(using(withTimeout(advisoryLock(pool, "job"), { acquire: 50 }), () => {})),
        );
        for (const { error } of await Promise.all(abandoned)) expect(error).toBeInstanceOf(TimeoutError);
        expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
        await expect.poll(locks, { timeout: 60_000 }).toEqual(["held"]);
        await expect.poll(() => pool.idleCount === pool.totalCount).toBe(true);
      });
    });

    it("with `wait` in milliseconds, too, and in a race", async () => {
      await using(advisoryLock(others, "job"), async () => {
        const other = resource(
          async () => {
            await expect.poll(locks, { timeout: 60_000 }).toEqual(["waits", "held"]);
            return "other";
          },
          () => {},
        );
        expect(await using(race([advisoryLock(pool, "job", { wait: 60_000 }), other]), (won) => won)).toBe(
          "other",
        );
        await expect.poll(locks, { timeout: 60_000 }).toEqual(["held"]);
        await expect.poll(() => pool.idleCount === pool.totalCount).toBe(true);
      });
    });

    it("cancel no session of somebody else, whose number the client has behind a proxy", async () => {
      const bystander = await others.connect();
      const { rows } = await bystander.query("select pg_backend_pid() as pid");
      const { pid } = rows[0] as { pid: number };
      pool.on("connect", (client) => Object.assign(client, { processID: pid }));
      await using(advisoryLock(others, "job"), async () => {
        const sleeping = bystander.query("select pg_sleep(1)");
        sleeping.catch(() => {}); // it is awaited below
        const { error } = await rejectedBy(
          using(withTimeout(advisoryLock(pool, "job"), { acquire: 20 }), () => {}),
        );
        await (error as TimeoutError).late!.catch(() => {}); // until it has been cancelled, if it is
        await sleeping;
      });
      bystander.release();
    });

    it("by a client of the program's own: it gets the lock in the end, and gives it back at once", async () => {
      const client = await others.connect();
      let late: Promise<void> | undefined;
      await using(advisoryLock(pool, "job"), async () => {
        const { error } = await rejectedBy(
          using(withTimeout(advisoryLock(client, "job"), { acquire: 20 }), () => {}),
        );
        late = (error as TimeoutError).late;
        expect(await locks()).toEqual(["waits", "held"]);
      });
      await late;
      expect(await locks()).toEqual([]);
      client.release();
    });
  });
});
