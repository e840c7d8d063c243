import { beforeEach, describe, expect, it } from "vitest";
import { transaction, TransactionError } from "../../runtime/database/index.ts";
import { type AsyncAcquirable, AsyncScope } from "../../runtime/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { type Database, useDatabase } from "./pglite.ts";
import { using } from "./using.ts";

// Its types need those of browsers.
const { drizzle } = (await import("drizzle-orm/pglite" as string)) as {
  drizzle(tx: Database): {
    transaction(
      body: (own: { execute(sql: string): Promise<unknown> }) => Promise<unknown>,
    ): Promise<unknown>;
  };
};

const database = useDatabase("create table notes (id int primary key)");
const add = (id: number) => `insert into notes values (${id})`;

async function notes(): Promise<number[]> {
  const { rows } = await database().query("select id from notes order by id");
  return rows.map(({ id }: { id: number }) => id);
}

/** The database, and what is sent to it. */
function observed(): { client: Pick<Database, "query" | "isInTransaction">; sent: string[] } {
  const sent: string[] = [];
  const client = {
    query: (sql: string, values?: unknown[]) => {
      sent.push(sql);
      return database().query(sql, values);
    },
    isInTransaction: () => database().isInTransaction(),
  };
  return { client, sent };
}

/** Acquires now, and releases when `leave` is called: for scopes that do not end in the order they began in. */
async function open<T>(
  resource: AsyncAcquirable,
): Promise<{ handle: T; leave: (error?: Error) => Promise<void> }> {
  const scope = new AsyncScope();
  if (scope.request(resource)) scope.receive(await scope.awaited);
  const handle = scope.handle as T;
  return {
    handle,
    async leave(error) {
      if (error) scope.fail(error);
      while (scope.unwind())
        await Promise.resolve(scope.awaited).catch((thrown: unknown) => scope.fail(thrown));
      scope.exit();
    },
  };
}

beforeEach(async () => {
  expect(database().isInTransaction()).toBe(false);
  await database().exec("truncate notes");
});

describe("transaction() of the handle of a transaction", () => {
  it("is a savepoint, each with a name of its own, released or rolled back to", async () => {
    const { client, sent } = observed();
    await using(transaction(client), async (tx) => {
      await using(transaction(tx), (inner) => inner.query(add(1)));
      await rejectedBy(
        using(transaction(tx), async (inner) => {
          await using(transaction(inner), (innermost) => innermost.query(add(2)));
          throw new Error("rolled back");
        }),
      );
      await tx.query(add(3));
    });
    expect(sent).toEqual([
      "BEGIN",
      "SAVEPOINT raii_1",
      add(1),
      "RELEASE SAVEPOINT raii_1",
      "SAVEPOINT raii_2",
      "SAVEPOINT raii_3",
      add(2),
      "RELEASE SAVEPOINT raii_3",
      "ROLLBACK TO SAVEPOINT raii_2",
      "RELEASE SAVEPOINT raii_2",
      add(3),
      "COMMIT",
    ]);
    expect(await notes()).toEqual([1, 3]);
  });

  it("is lost with the outer one", async () => {
    const bug = new Error("bug");
    const { error } = await rejectedBy(
      using(transaction(database()), async (tx) => {
        await using(transaction(tx), (inner) => inner.query(add(1)));
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect(await notes()).toEqual([]);
  });

  it("holds what fails in the database, so that the outer one goes on", async () => {
    await using(transaction(database()), async (tx) => {
      await tx.query(add(1));
      const { error } = await rejectedBy(using(transaction(tx), (inner) => inner.query(add(1))));
      expect(error).toMatchObject({ code: "23505" });
      await tx.query(add(2));
    });
    expect(await notes()).toEqual([1, 2]);
  });

  it("says so when the error of a statement in it was caught, and is rolled back", async () => {
    await using(transaction(database()), async (tx) => {
      await tx.query(add(1));
      const { error } = await rejectedBy(
        using(transaction(tx), async (inner) => {
          await inner.query(add(2));
          await inner.query(add(1)).catch(() => {});
        }),
      );
      expect(error).toBeInstanceOf(TransactionError);
      expect(String(error)).toContain("a statement in it had failed, and its error was caught");
      expect(error).toMatchObject({ code: "25P02", cause: { code: "25P02" } });
      await tx.query(add(3));
    });
    expect(await notes()).toEqual([1, 3]);
  });

  it("can be one of a hundred inside each other", async () => {
    const nest = (tx: Database, depth: number): Promise<unknown> =>
      using(transaction(tx), async (inner) => {
        await inner.query(add(depth));
        if (depth === 100) throw new Error("bottom");
        // Every third one holds what fails inside it.
        await nest(inner, depth + 1).catch((error: unknown) => {
          if (depth % 3 !== 0) throw error;
        });
      });
    await nest(database(), 1);
    expect(await notes()).toEqual(Array.from({ length: 99 }, (_, i) => i + 1));
  });

  it.each([
    { isolation: "serializable" },
    { readOnly: true },
    { deferrable: false },
    { begin: "BEGIN" },
  ] as const)("takes no %j, and leaves the outer one as it is", async (options) => {
    await using(transaction(database()), async (tx) => {
      const { error } = await rejectedBy(using(transaction(tx, options), () => {}));
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain(
        "a nested transaction takes no isolation, readOnly, deferrable or begin",
      );
      await using(transaction(tx, { forceRollback: true }), (inner) => inner.query(add(1)));
      await tx.query(add(2));
    });
    expect(await notes()).toEqual([2]);
  });
});

describe("the transaction() method of PGlite, over the handle", () => {
  const refused =
    "no transaction() in a transaction: it ends with its scope. Throw to roll back; transaction(tx) to nest";
  const bug = new Error("bug");

  it.each<[string, (tx: Database) => Promise<unknown>]>([
    ["itself", async (tx) => tx.transaction((own) => own.query(add(2)))],
    [
      "in a savepoint",
      (tx) => using(transaction(tx), (inner) => inner.transaction((own) => own.query(add(2)))),
    ],
    ["by Drizzle", (tx) => drizzle(tx).transaction((own) => own.execute(add(2)))],
  ])("%s is refused, and commits nothing of the outer one", async (_, runInner) => {
    const { error } = await rejectedBy(
      using(transaction(database()), async (tx) => {
        await tx.query(add(1));
        expect(String((await rejectedBy(runInner(tx))).error)).toContain(refused);
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect(await notes()).toEqual([]);
  });
});

describe("a client that is in a transaction begun by other means", () => {
  it("gets a savepoint in it", async () => {
    await database().query("BEGIN");
    await using(transaction(database()), (tx) => tx.query(add(1)));
    await rejectedBy(
      using(transaction(database()), async (tx) => {
        await tx.query(add(2));
        throw new Error("rolled back");
      }),
    );
    expect(database().isInTransaction()).toBe(true);
    await database().query("COMMIT");
    expect(await notes()).toEqual([1]);
  });

  it("may be what PGlite's own transaction() hands out", async () => {
    const outer = database().transaction(async (own) => {
      await own.query(add(1));
      await using(transaction(own), (tx) => tx.query(add(2)));
      await rejectedBy(using(transaction(own), (tx) => tx.query(add(2))));
      throw new Error("all of it");
    });
    expect(String((await rejectedBy(outer)).error)).toBe("Error: all of it");
    expect(await notes()).toEqual([]);
  });
});

describe("transactions on one connection that do not nest", () => {
  const inAlready =
    "this client is in a transaction already. To nest, give transaction() the handle of that one";

  it("the client of a transaction is refused: only the handle nests", async () => {
    await using(transaction(database()), async (tx) => {
      await tx.query(add(1));
      const { error } = await rejectedBy(using(transaction(database()), () => {}));
      expect(error).toBeInstanceOf(TransactionError);
      expect(String(error)).toContain(inAlready);
    });
    expect(await notes()).toEqual([1]);
  });

  it("of two at the same time the second is refused, and the first is as if it was alone", async () => {
    const { client, sent } = observed();
    const work = (id: number) => using(transaction(client), (tx) => tx.query(add(id)));
    const [first, second] = await Promise.allSettled([work(1), work(2)]);
    expect(first.status).toBe("fulfilled");
    expect(String((second as PromiseRejectedResult).reason)).toContain(inAlready);
    expect(sent).toEqual(["BEGIN", add(1), "COMMIT"]);
  });

  it("of two in the same one at the same time the second is refused", async () => {
    await using(transaction(database()), async (tx) => {
      const work = (id: number) => using(transaction(tx), (inner) => inner.query(add(id)));
      const [first, second] = await Promise.allSettled([work(1), work(2)]);
      expect(first.status).toBe("fulfilled");
      const { reason } = second as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(TransactionError);
      expect(String(reason)).toContain("a transaction that was nested in this one before has not ended yet");
    });
    expect(await notes()).toEqual([1]);
  });

  it("one that ends before what is nested in it is rolled back, and both say so", async () => {
    const outer = await open<Database>(transaction(database()));
    const inner = await open<Database>(transaction(outer.handle));
    await inner.handle.query(add(1));
    const early = (await rejectedBy(outer.leave())).error;
    expect(early).toBeInstanceOf(TransactionError);
    expect(String(early)).toContain("rolled back and not committed: one that is nested in it had not ended");
    expect(database().isInTransaction()).toBe(false);
    const late = (await rejectedBy(inner.leave())).error;
    expect(late).toBeInstanceOf(TransactionError);
    expect(String(late)).toContain("the one it is nested in has ended before it");
    expect(await notes()).toEqual([]);
  });

  it("one that fails before what is nested in it fails with its own error", async () => {
    const bug = new Error("bug");
    const outer = await open<Database>(transaction(database()));
    const inner = await open<Database>(transaction(outer.handle));
    expect((await rejectedBy(outer.leave(bug))).error).toBe(bug);
    expect((await rejectedBy(inner.leave(bug))).error).toBe(bug);
    expect(database().isInTransaction()).toBe(false);
  });

  it("one that is just beginning when the outer one ends is not acquired", async () => {
    const outer = await open<Database>(transaction(database()));
    const inner = open(transaction(outer.handle));
    const [left, begun] = await Promise.allSettled([outer.leave(), inner]);
    expect(String((left as PromiseRejectedResult).reason)).toContain(
      "one that is nested in it had not ended",
    );
    expect(String((begun as PromiseRejectedResult).reason)).toContain("has ended before it");
    expect(database().isInTransaction()).toBe(false);
  });
});
