import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { transaction, TransactionError } from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { useDatabase } from "./pglite.ts";
import { poolOn, type Proxy, proxy, serve } from "./socket.ts";
import { using } from "./using.ts";

const database = useDatabase("create table notes (id int primary key)");
const add = (id: number) => `insert into notes values (${id})`;

let server: Awaited<ReturnType<typeof serve>>;
let between: Proxy;
let pool: pg.Pool;
/** Another connection, not through the proxy. It waits while somebody is in a transaction: there is one session for all. */
let other: pg.Client;
/** The clients that the pool got back with an error, and those it closed. */
let spoilt: unknown[];

beforeAll(async () => {
  server = await serve(database());
  between = await proxy(server.port);
  other = new pg.Client({ host: "127.0.0.1", port: server.port, user: "postgres", database: "postgres" });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await between.stop();
  await server.stop();
});
beforeEach(async () => {
  await other.query("truncate notes");
  pool = poolOn(between.port);
  spoilt = [];
  pool.on("release", (error) => void (error && spoilt.push(error)));
});
afterEach(async () => {
  expect([pool.idleCount, pool.waitingCount]).toEqual([pool.totalCount, 0]); // no client has been forgotten
  await pool.end();
});

async function notes(): Promise<number[]> {
  const { rows } = await other.query("select id from notes order by id");
  return rows.map(({ id }: { id: number }) => id);
}

/** What a scope ended with, and that it is a TransactionError. */
async function failure(running: Promise<unknown>): Promise<TransactionError> {
  const { error } = await rejectedBy(running);
  expect(error).toBeInstanceOf(TransactionError);
  return error as TransactionError;
}

describe("transaction() of a pool of node-postgres", () => {
  it("lends one client for all of it, and gives it back", async () => {
    const client = await using(transaction(pool, { isolation: "serializable" }), async (tx) => {
      expect([pool.totalCount, pool.idleCount]).toEqual([1, 0]);
      await tx.query("insert into notes values ($1)", [1]);
      await using(transaction(tx), (inner) => inner.query(add(2)));
      return tx;
    });
    expect(client).toBeInstanceOf(pg.Client);
    expect(await notes()).toEqual([1, 2]);
    expect([pool.totalCount, pool.idleCount, spoilt]).toEqual([1, 1, []]);
  });

  it("gives it back as good as new after a rollback", async () => {
    const bug = new Error("bug");
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect([await notes(), pool.idleCount, spoilt]).toEqual([[], 1, []]);
  });

  it("knows of a COMMIT that was a ROLLBACK by its command", async () => {
    const error = await failure(
      using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        await tx.query("select 1 / 0").catch(() => {});
      }),
    );
    expect(error.message).toContain("rolled back and not committed: a statement in it had failed");
    expect([pool.idleCount, spoilt]).toEqual([1, []]);
  });

  it("several at a time are several clients", async () => {
    await Promise.all([1, 2, 3, 4, 5].map((id) => using(transaction(pool), (tx) => tx.query(add(id)))));
    expect(await notes()).toEqual([1, 2, 3, 4, 5]);
    expect(pool.totalCount).toBe(2);
  });

  it("throws what the pool throws", async () => {
    const closed = poolOn(between.port);
    await closed.end();
    const { error } = await rejectedBy(using(transaction(closed), () => {}));
    expect(String(error)).toBe("Error: Cannot use a pool after calling end on the pool");
  });

  it("leaves no listener on the clients it lends", async () => {
    const listeners = () => using(transaction(pool), (tx) => tx.listenerCount("error"));
    const first = await listeners();
    for (let i = 0; i < 20; i++) expect(await listeners()).toBe(first);
  });
});

describe("a transaction whose connection is lost", () => {
  it("before the BEGIN is answered", async () => {
    between.cut("BEGIN", "before");
    const error = await failure(using(transaction(pool), () => expect.fail("it has not begun")));
    expect(error.message).toBe(
      "ts-raii: a transaction could not be begun: Error: Connection terminated unexpectedly",
    );
    expect([error.outcome, spoilt.length]).toEqual(["not committed", 1]);
  });

  it("in the body, while a statement runs: fails with the error of that alone", async () => {
    between.cut("insert", "before");
    let inBody: unknown;
    const { error } = await rejectedBy(
      using(transaction(pool), (tx) =>
        tx.query(add(1)).catch((thrown: unknown) => {
          inBody = thrown;
          throw thrown;
        }),
      ),
    );
    expect(String(error)).toBe("Error: Connection terminated unexpectedly");
    expect(error).toBe(inBody);
    expect([await notes(), spoilt.length]).toEqual([[], 1]);
  });

  it("in the body, while nothing runs: is not committed, and ends no process", async () => {
    const error = await failure(
      using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        const lost = new Promise<void>((resolve) => tx.once("end", resolve));
        between.cutAll();
        await lost;
      }),
    );
    expect(error.message).toBe(
      "ts-raii: the transaction was not committed: its connection was lost before (Error: Connection terminated unexpectedly)",
    );
    expect(error.outcome).toBe("not committed");
    expect([await notes(), spoilt.length]).toEqual([[], 1]);
  });

  it("in the body, which then fails for a reason of its own: with that alone, as what was lost is rolled back", async () => {
    const bug = new Error("bug");
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        const lost = new Promise<void>((resolve) => tx.once("end", resolve));
        between.cutAll();
        await lost;
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect([await notes(), spoilt.length]).toEqual([[], 1]);
  });

  it("during the ROLLBACK: with the error of the body alone, and the pool closes the client", async () => {
    const bug = new Error("bug");
    const { error } = await rejectedBy(
      using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        between.cut("ROLLBACK", "before");
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect([await notes(), spoilt.length, pool.totalCount]).toEqual([[], 1, 0]);
  });

  it.each([
    ["before", []],
    ["after", [1]],
  ] as const)("during the COMMIT, %s it is carried out: nobody can know", async (when, left) => {
    const error = await failure(
      using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        between.cut("COMMIT", when);
      }),
    );
    expect(error.message).toBe(
      "ts-raii: it is not known whether the transaction was committed: no answer to its COMMIT " +
        "(Error: Connection terminated unexpectedly). Look for its effects before you repeat it",
    );
    expect([error.outcome, String(error.cause)]).toEqual([
      "unknown",
      "Error: Connection terminated unexpectedly",
    ]);
    expect([await notes(), spoilt.length]).toEqual([left, 1]);
  });

  it("in a nested one: each says that nothing of it is committed", async () => {
    let inner: unknown;
    const outer = await failure(
      using(transaction(pool), async (tx) => {
        await tx.query(add(1));
        between.cut("RELEASE", "after");
        inner = (await rejectedBy(using(transaction(tx), (nested) => nested.query(add(2))))).error;
      }),
    );
    expect(String(inner)).toContain("the transaction was not committed: its connection was lost");
    expect(outer.outcome).toBe("not committed");
    expect([await notes(), spoilt.length]).toEqual([[], 1]);
  });

  it("leaves the next one as good as ever", async () => {
    between.cut("insert", "after");
    await rejectedBy(using(transaction(pool), (tx) => tx.query(add(1))));
    await using(transaction(pool), (tx) => tx.query(add(2)));
    expect(await notes()).toEqual([2]);
  });
});

describe("transaction() of a client of node-postgres", () => {
  let client: pg.Client;
  beforeEach(async () => {
    client = new pg.Client({ host: "127.0.0.1", port: between.port, user: "postgres", database: "postgres" });
    await client.connect();
  });
  afterEach(() => client.end());

  it("leaves it connected, and in no transaction", async () => {
    await using(transaction(client), (tx) => tx.query(add(1)));
    await rejectedBy(using(transaction(client), (tx) => tx.query(add(1))));
    expect(client.getTransactionStatus()).toBe("I");
    expect([await notes(), client.listenerCount("error")]).toEqual([[1], 0]);
  });

  it("nests in a transaction that was begun by hand", async () => {
    await client.query("BEGIN");
    await rejectedBy(using(transaction(client), (tx) => tx.query("select 1 / 0")));
    await using(transaction(client), (tx) => tx.query(add(1)));
    await client.query("COMMIT");
    expect(await notes()).toEqual([1]);
  });

  it("takes a client of a pool, which it leaves lent", async () => {
    const lent = await pool.connect();
    await using(transaction(lent), (tx) => tx.query(add(1)));
    expect(pool.idleCount).toBe(0);
    lent.release();
    expect(await notes()).toEqual([1]);
  });

  it("is refused once its connection is lost, and says why", async () => {
    between.cut("insert", "before");
    await rejectedBy(using(transaction(client), (tx) => tx.query(add(1))));
    const error = await failure(using(transaction(client), () => {}));
    expect(error.message).toBe(
      "ts-raii: a transaction could not be begun: the one before it on this client could not be rolled back " +
        "(Error: Client has encountered a connection error and is not queryable). " +
        "Close the client, with which the database rolls it back",
    );
  });
});
