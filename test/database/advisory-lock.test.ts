import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { advisoryLock, AdvisoryLockError, transaction } from "../../runtime/database/index.ts";
import { type AsyncResource, race, resource } from "../../runtime/index.ts";
import { combined, rejectedBy } from "../runtime/traced.ts";
import { gate } from "./gate.ts";
import { useDatabase } from "./pglite.ts";
import { poolOn, type Proxy, proxy, serve } from "./socket.ts";
import { using } from "./using.ts";

const database = useDatabase("create table notes (id int primary key)");

let server: Awaited<ReturnType<typeof serve>>;
let between: Proxy;
let pool: pg.Pool;
beforeAll(async () => {
  server = await serve(database());
  between = await proxy(server.port);
  pool = poolOn(between.port);
});
afterAll(async () => {
  await pool.end();
  await between.stop();
  await server.stop();
});
beforeEach(async () => {
  await database().query("select pg_advisory_unlock_all()");
  expect(await locks()).toEqual([]);
});

/** What is held: the key, and how. */
async function locks(): Promise<string[]> {
  const { rows } = await database().query(
    "select (classid::bigint << 32 | objid::bigint)::text as key, mode from pg_locks where locktype = 'advisory' order by 1, 2",
  );
  return rows.map(({ key, mode }: { key: string; mode: string }) => `${key} ${mode}`);
}

const hashOf = async (text: string) =>
  (await database().query("select hashtextextended($1, 0)::text as h", [text])).rows[0].h as string;

describe("advisoryLock()", () => {
  it("is held in the scope, and released at its end", async () => {
    const client = await using(advisoryLock(database(), 42), async (handle) => {
      expect(await locks()).toEqual(["42 ExclusiveLock"]);
      return handle;
    });
    expect(client).toBe(database());
    expect(await locks()).toEqual([]);
  });

  it("is released when the scope fails, with the very error", async () => {
    const bug = new Error("bug");
    expect((await rejectedBy(using(advisoryLock(database(), 42), () => Promise.reject(bug)))).error).toBe(
      bug,
    );
    expect(await locks()).toEqual([]);
  });

  it.each([0, -1, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n)])("takes the number %s as it is", async (key) => {
    await using(advisoryLock(database(), key), async () =>
      expect(await locks()).toEqual([`${BigInt.asIntN(64, BigInt(key))} ExclusiveLock`]),
    );
  });

  it.each(["nightly", "", "it's; drop table notes", "Straße 🌍"])(
    "takes the hash of the text %j",
    async (key) => {
      const expected = await hashOf(key);
      await using(advisoryLock(database(), key), async () =>
        expect(await locks()).toEqual([`${expected} ExclusiveLock`]),
      );
    },
  );

  it("can be shared", async () => {
    await using(advisoryLock(database(), 1, { shared: true }), async () =>
      expect(await locks()).toEqual(["1 ShareLock"]),
    );
    expect(await locks()).toEqual([]);
  });

  it("is taken by the same session as often as it asks, and released as often", async () => {
    await using(advisoryLock(database(), 1), async () => {
      await using(advisoryLock(database(), 1, { wait: false }), () => {});
      expect(await locks()).toEqual(["1 ExclusiveLock"]);
    });
    expect(await locks()).toEqual([]);
  });

  it("with `wait: false` fails at once while somebody else holds it", async () => {
    await database().exec("begin; select pg_advisory_xact_lock(7); prepare transaction 'other'");
    const { error } = await rejectedBy(
      using(advisoryLock(pool, 7, { wait: false }), () => expect.fail("locked")),
    );
    expect(error).toBeInstanceOf(AdvisoryLockError);
    expect(error).toMatchObject({ key: 7, failure: "not available" });
    expect(String(error)).toBe("AdvisoryLockError: ts-raii: the advisory lock 7 is held by somebody else");
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]); // the client is back, and as good as it was
    await database().exec("rollback prepared 'other'");
    await using(advisoryLock(pool, 7, { wait: false }), () => {});
  });

  it.each(Array.from({ length: 16 }, (_, ticks) => ticks))(
    "gives its client back once when a race is won %i microtasks after that",
    async (ticks) => {
      await database().exec("begin; select pg_advisory_xact_lock(7); prepare transaction 'other'");
      const givenBack = gate();
      let releases = 0;
      const connect = vi.spyOn(pool, "connect").mockImplementationOnce(async () => {
        connect.mockRestore();
        const client = await pool.connect();
        const { release } = client;
        // It takes its time, as that of a pool may that resets a session before it lends it again.
        client.release = async (error) => {
          releases++;
          release.call(client, error);
          givenBack.open();
          for (let i = 0; i < 24; i++) await undefined;
        };
        return client;
      });
      try {
        const other = resource(
          async () => {
            await givenBack.opened;
            for (let i = 0; i < ticks; i++) await undefined;
            return "other";
          },
          () => {},
        );
        const racing = race<AsyncResource<unknown>>([advisoryLock(pool, 7, { wait: false }), other]);
        expect(await using(racing, (won) => won)).toBe("other");
        expect([releases, pool.totalCount, pool.idleCount]).toEqual([1, 1, 1]);
      } finally {
        connect.mockRestore();
        await database().exec("rollback prepared 'other'");
      }
    },
    10_000, // it hangs where it fails
  );

  it("says so when it was released by somebody else", async () => {
    const { error } = await rejectedBy(
      using(advisoryLock(database(), "nightly"), (client) => client.query("select pg_advisory_unlock_all()")),
    );
    expect(error).toMatchObject({ name: "AdvisoryLockError", key: "nightly", failure: "not held" });
    expect(String(error)).toContain(
      'the advisory lock "nightly" was released before its scope ended: by pg_advisory_unlock',
    );
  });

  it("of a pool keeps its client until it is released", async () => {
    const expected = await hashOf("nightly");
    await using(advisoryLock(pool, "nightly"), async (client) => {
      expect(pool.idleCount).toBe(0);
      await client.query("select 1");
      expect(await locks()).toEqual([`${expected} ExclusiveLock`]);
    });
    expect([pool.totalCount, pool.idleCount, await locks()]).toEqual([1, 1, []]);
  });

  it("leaves no listener, and needs but one for any number", async () => {
    const client = await pool.connect();
    const before = client.listenerCount("error");
    const nest = (depth: number): Promise<unknown> =>
      using(advisoryLock(client, depth), () => {
        expect(client.listenerCount("error")).toBe(before + 1);
        return depth === 20 ? undefined : nest(depth + 1);
      });
    await nest(1);
    expect([client.listenerCount("error"), await locks()]).toEqual([before, []]);
    client.release();
  });
});

describe("an advisory lock and a transaction", () => {
  it("taken before it, it is held until after the COMMIT", async () => {
    const seen: unknown[] = [];
    await using(advisoryLock(database(), 1), async (client) => {
      await using(transaction(client), (tx) => tx.query("insert into notes values (1)"));
      seen.push(await locks(), database().isInTransaction());
    });
    expect(seen).toEqual([["1 ExclusiveLock"], false]);
  });

  it("taken in it, it is released before the COMMIT, and not rolled back", async () => {
    await using(transaction(database()), async (tx) => {
      await using(advisoryLock(tx, 1), async () => expect(await locks()).toEqual(["1 ExclusiveLock"]));
      expect(await locks()).toEqual([]);
    });
    await rejectedBy(
      using(transaction(database()), (tx) =>
        using(advisoryLock(tx, 1), () => Promise.reject(new Error("bug"))),
      ),
    );
    expect(await locks()).toEqual([]);
  });

  it("taken in one that is aborted, it is released after the rollback, and the error is the one of the body", async () => {
    const { error } = await rejectedBy(
      using(transaction(database()), (tx) => using(advisoryLock(tx, 1), () => tx.query("select 1 / 0"))),
    );
    expect(error).toMatchObject({ code: "22012" });
    expect(await locks()).toEqual([]);
  });

  it("so it is after the rollback of a savepoint", async () => {
    await using(transaction(database()), async (tx) => {
      await rejectedBy(
        using(transaction(tx), (inner) => using(advisoryLock(inner, 1), () => inner.query("select 1 / 0"))),
      );
      expect(await locks()).toEqual([]);
    });
  });

  it("what fails when it is released after the rollback is not lost", async () => {
    const { error } = await rejectedBy(
      using(transaction(database()), (tx) =>
        using(advisoryLock(tx, 1), async () => {
          await tx.query("select pg_advisory_unlock(1)");
          await tx.query("select 1 / 0");
        }),
      ),
    );
    expect(combined(error).suppressed).toMatchObject({ code: "22012" });
    expect(combined(error).error).toMatchObject({ name: "AdvisoryLockError", failure: "not held" });
  });

  it("is refused on the handle of one that is over", async () => {
    const { tx } = await using(transaction(database()), (tx) => ({ tx }));
    expect(String((await rejectedBy(using(advisoryLock(tx, 1), () => {}))).error)).toContain(
      "this transaction is over",
    );
    expect(await locks()).toEqual([]);
  });
});

describe("an advisory lock whose connection is lost", () => {
  it("while it is taken", async () => {
    between.cut("pg_advisory_lock", "before");
    const { error } = await rejectedBy(using(advisoryLock(pool, 1), () => expect.fail("locked")));
    expect(error).toMatchObject({ name: "AdvisoryLockError", failure: "connection lost" });
    expect(String(error)).toBe(
      "AdvisoryLockError: ts-raii: the advisory lock 1 is no longer held, or never was: its connection failed " +
        "(Error: Connection terminated unexpectedly)",
    );
  });

  it("in the scope: nobody knows whether somebody else has had it meanwhile, so that is an error", async () => {
    const { error } = await rejectedBy(
      using(advisoryLock(pool, 1), async (client) => {
        const lost = new Promise<void>((resolve) => client.once("end", resolve));
        between.cutAll();
        await lost;
      }),
    );
    expect(error).toMatchObject({ name: "AdvisoryLockError", failure: "connection lost" });
    expect(String((error as { cause?: unknown }).cause)).toBe("Error: Connection terminated unexpectedly");
  });

  it("by a statement of the scope: that error alone", async () => {
    const { error } = await rejectedBy(
      using(advisoryLock(pool, 1), (client) => {
        between.cut("select 2", "before");
        return client.query("select 2");
      }),
    );
    expect(String(error)).toBe("Error: Connection terminated unexpectedly");
    expect([pool.totalCount, pool.waitingCount]).toEqual([0, 0]);
  });
});

describe("what advisoryLock() refuses", () => {
  it.each([1.5, NaN, Infinity, 2 ** 53, 2n ** 63n, -(2n ** 63n) - 1n, undefined, null, {}, ["a"]])(
    "the key %s",
    (key) => {
      expect(() => advisoryLock(database(), key as never)).toThrow(TypeError);
      expect(() => advisoryLock(database(), key as never)).toThrow(
        "a number of 64 bits as a bigint or a safe integer",
      );
    },
  );

  it("the options", () => {
    expect(() => advisoryLock(database(), 1, { timeout: 5 } as never)).toThrow(
      "has no option timeout; there are shared",
    );
    expect(() => advisoryLock(database(), 1, { wait: "5" } as never)).toThrow(
      "wait is a boolean, or milliseconds",
    );
    expect(() => advisoryLock(database(), 1, { shared: 1 } as never)).toThrow("shared is a boolean");
    for (const wait of [NaN, -1, 2 ** 31])
      expect(() => advisoryLock(database(), 1, { wait })).toThrow(RangeError);
  });

  it.each([undefined, null, {}, { exec() {} }])("the client %j", (client) => {
    expect(() => advisoryLock(client as never, 1)).toThrow(
      "takes a client of PostgreSQL, which has query(sql, values)",
    );
  });
});
