import { beforeEach, describe, expect, it } from "vitest";
import { TransactionError, transactionSync } from "../../runtime/database/index.ts";
import { acquire, run } from "../../runtime/index.ts";
import { combined, thrownBy } from "../runtime/traced.ts";
import { openSqlite, type Sqlite } from "./sqlite.ts";

/** Runs a function with the handle of a transaction, in a program of its own. */
function using<C extends { exec(sql: string): unknown }, R>(
  client: C,
  body: (tx: C) => R,
  options?: { begin?: string; forceRollback?: boolean },
): R {
  return run(function* () {
    const tx = yield* acquire(transactionSync(client as { exec(sql: string): void }, options));
    return body(tx as unknown as C);
  });
}

/** Notes what it is sent, and fails where it is told to. */
class Recorder {
  readonly sent: string[] = [];
  constructor(private readonly failing: Readonly<Record<string, unknown>> = {}) {}
  exec(sql: string): void {
    this.sent.push(sql);
    if (sql in this.failing) throw this.failing[sql];
  }
}

describe("transactionSync()", () => {
  it("sends what its scope asks for, and takes no tick", () => {
    const client = new Recorder();
    expect(using(client, (tx) => (tx.exec("a"), "value"))).toBe("value");
    expect(client.sent).toEqual(["BEGIN", "a", "COMMIT"]);
  });

  it("rolls back what fails, nests, and takes a BEGIN of its own", () => {
    const client = new Recorder();
    const bug = new Error("bug");
    const run = () =>
      using(
        client,
        (tx) => {
          thrownBy(() =>
            using(tx, () => {
              throw bug;
            }),
          );
          using(tx, (inner) => inner.exec("a"));
          throw bug;
        },
        { begin: "BEGIN IMMEDIATE" },
      );
    expect(thrownBy(run).error).toBe(bug);
    expect(client.sent).toEqual([
      "BEGIN IMMEDIATE",
      "SAVEPOINT raii_1",
      "ROLLBACK TO SAVEPOINT raii_1",
      "RELEASE SAVEPOINT raii_1",
      "SAVEPOINT raii_2",
      "a",
      "RELEASE SAVEPOINT raii_2",
      "ROLLBACK",
    ]);
  });

  it("rolls back in the end what succeeded, when it is told to", () => {
    const client = new Recorder();
    using(client, () => {}, { forceRollback: true });
    expect(client.sent).toEqual(["BEGIN", "ROLLBACK"]);
  });

  it("throws what the database answers to the BEGIN, or to the COMMIT after a ROLLBACK, as it is", () => {
    const busy = new Error("database is locked");
    const first = new Recorder({ BEGIN: busy });
    expect(thrownBy(() => using(first, () => expect.fail("begun"))).error).toBe(busy);
    const second = new Recorder({ COMMIT: busy });
    expect(thrownBy(() => using(second, () => {})).error).toBe(busy);
    expect([first.sent, second.sent]).toEqual([["BEGIN"], ["BEGIN", "COMMIT", "ROLLBACK"]]);
  });

  it("loses no error: of the body, of the COMMIT, of the ROLLBACK", () => {
    const [bug, full, gone] = [new Error("bug"), new Error("disk full"), new Error("gone")];
    const failing = { COMMIT: full, ROLLBACK: gone };
    const committing = combined(thrownBy(() => using(new Recorder(failing), () => {})).error);
    expect(committing.suppressed).toBe(full);
    expect(committing.error).toMatchObject({ name: "TransactionError", cause: gone });
    const body = () => {
      throw bug;
    };
    const failed = combined(thrownBy(() => using(new Recorder(failing), body)).error);
    expect(failed.suppressed).toBe(bug);
    expect(failed.error).toMatchObject({ name: "TransactionError", cause: gone });
  });

  it("commits nothing in which something could not be rolled back", () => {
    const client = new Recorder({ "ROLLBACK TO SAVEPOINT raii_1": new Error("no such savepoint") });
    const { error } = thrownBy(() =>
      using(client, (tx) => {
        const inner = () =>
          using(tx, () => {
            throw new Error("bug");
          });
        expect(combined(thrownBy(inner).error).suppressed).toMatchObject({ message: "bug" });
      }),
    );
    expect(error).toBeInstanceOf(TransactionError);
    expect(String(error)).toContain(
      "not committed: what was nested in it could not be rolled back (TransactionError",
    );
    expect(client.sent.at(-1)).toBe("ROLLBACK");
  });

  it("after a ROLLBACK that failed begins with one", () => {
    const failing: Record<string, unknown> = { ROLLBACK: new Error("gone") };
    const client = new Recorder(failing);
    thrownBy(() => using(client, () => expect.fail("body")));
    delete failing.ROLLBACK;
    using(client, () => {});
    expect(client.sent).toEqual(["BEGIN", "ROLLBACK", "ROLLBACK", "BEGIN", "COMMIT"]);
  });

  it("is refused while the client is in another one", () => {
    const client = new Recorder();
    using(client, () => {
      expect(() => using(client, () => {})).toThrow("this client is in a transaction already. To nest, give");
    });
    expect(client.sent).toEqual(["BEGIN", "COMMIT"]);
  });

  it("refuses a client that is asynchronous, and takes back what that has begun", async () => {
    const sent: string[] = [];
    const client = { exec: async (sql: string) => void sent.push(sql) };
    const { error } = thrownBy(() => using(client, () => expect.fail("begun")));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(
      "transactionSync() takes a synchronous client: await raii(transaction(client))",
    );
    expect(sent).toEqual(["BEGIN", "ROLLBACK"]);
  });

  it("refuses options that it does not have, and what is no client", () => {
    const make = (options: object) => () => transactionSync(new Recorder(), options as never);
    expect(make({ isolation: "serializable" })).toThrow(
      "there is no option isolation; there are forceRollback, begin",
    );
    expect(make({ begin: "" })).toThrow("begin is the text of a statement");
    expect(() => transactionSync({} as never)).toThrow("transactionSync() takes a database client");
  });
});

const sqlite = await openSqlite();

describe.skipIf(sqlite === undefined)("transactionSync() of node:sqlite", () => {
  const database = sqlite!;
  const notes = () =>
    database
      .prepare("select id from notes order by id")
      .all()
      .map(({ id }) => id);
  const add = (tx: Sqlite, id: number) => tx.prepare("insert into notes values (?)").run(id);

  beforeEach(() => {
    database.exec(`
      drop table if exists notes;
      drop table if exists late;
      create table notes (id integer primary key);
      create table late (id integer references notes (id) deferrable initially deferred);
      pragma foreign_keys = on;
    `);
  });

  it("commits, rolls back and nests", () => {
    using(database, (tx) => {
      add(tx, 1);
      thrownBy(() => using(tx, (inner) => (add(inner, 2), add(inner, 1))));
      using(tx, (inner) => add(inner, 3));
    });
    const bug = new Error("bug");
    const body = (tx: Sqlite) => {
      add(tx, 4);
      throw bug;
    };
    expect(thrownBy(() => using(database, body, { begin: "BEGIN EXCLUSIVE" })).error).toBe(bug);
    expect([notes(), database.isTransaction]).toEqual([[1, 3], false]);
  });

  it("rolls back when the COMMIT fails, and throws why", () => {
    const { error } = thrownBy(() =>
      using(database, (tx) => {
        add(tx, 1);
        tx.exec("insert into late values (99)");
      }),
    );
    expect(String(error)).toContain("FOREIGN KEY constraint failed");
    expect([notes(), database.isTransaction]).toEqual([[], false]);
  });

  it("knows that the database has rolled back by itself", () => {
    const { error } = thrownBy(() =>
      using(database, (tx) => {
        add(tx, 1);
        thrownBy(() => tx.exec("insert or rollback into notes values (1)"));
      }),
    );
    expect(String(error)).toContain("the transaction had ended before its scope did");
    const failed = thrownBy(() =>
      using(database, (tx) => {
        add(tx, 1);
        tx.exec("insert or rollback into notes values (1)");
      }),
    ).error;
    expect(String(failed)).toContain("UNIQUE constraint failed"); // and nothing about a ROLLBACK
    expect(notes()).toEqual([]);
  });

  it("nests in a transaction that was begun by hand", () => {
    database.exec("BEGIN");
    thrownBy(() => using(database, (tx) => (add(tx, 1), add(tx, 1))));
    using(database, (tx) => add(tx, 2));
    database.exec("COMMIT");
    expect(notes()).toEqual([2]);
  });

  it("keeps the prepared statements of the handle", () => {
    const find = using(database, (tx) => {
      add(tx, 1);
      return tx.prepare("select id from notes");
    });
    expect(find.all().map(({ id }) => id)).toEqual([1]);
  });
});
