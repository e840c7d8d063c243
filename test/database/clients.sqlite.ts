import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionError, transactionSync } from "../../runtime/database/index.ts";
import { acquire, run } from "../../runtime/index.ts";
import { combined, thrownBy } from "../runtime/traced.ts";
import { openSqlite } from "./sqlite.ts";

/** What both clients have in common, as far as the tests use it. */
interface Client {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(...values: unknown[]): unknown;
    all(): Record<string, unknown>[];
    iterate(): IterableIterator<unknown>;
  };
}

/** `isBusyWhileIterating`: it executes nothing while a statement of it gives rows. */
interface Kind {
  readonly name: string;
  readonly client: Client;
  readonly isInTransaction: () => boolean;
  readonly isBusyWhileIterating: boolean;
}

function openBetter(): Kind[] {
  const folder = process.env.BETTER_SQLITE3;
  if (!folder) return [];
  const Better = createRequire(join(folder, "package.json"))("better-sqlite3") as new (
    path: string,
  ) => Client & { readonly inTransaction: boolean };
  const client = new Better(":memory:");
  const isInTransaction = () => client.inTransaction;
  return [{ name: "better-sqlite3", client, isInTransaction, isBusyWhileIterating: true }];
}

async function openNode(): Promise<Kind[]> {
  const client = await openSqlite();
  if (client === undefined) return [];
  const isInTransaction = () => client.isTransaction;
  return [{ name: "node:sqlite", client: client as never, isInTransaction, isBusyWhileIterating: false }];
}

const kinds = [...openBetter(), ...(await openNode())];

it("there is a client to test", () => expect(kinds).not.toEqual([]));

/** Runs a function with the handle of a transaction, in a program of its own. */
function using<R>(client: Client, body: (tx: Client) => R, options?: { forceRollback?: boolean }): R {
  return run(function* () {
    const tx = yield* acquire(transactionSync(client as { exec(sql: string): void }, options));
    return body(tx as Client);
  });
}

describe.each(kinds)("transactionSync() of $name", ({ client, isInTransaction, isBusyWhileIterating }) => {
  const add = (tx: Client, id: number) => tx.prepare("insert into notes values (?)").run(id);
  const notes = () =>
    client
      .prepare("select id from notes where id < 100 order by id")
      .all()
      .map(({ id }) => id);

  beforeEach(() => {
    expect(isInTransaction()).toBe(false); // whatever the test before has done
    client.exec(`
      drop table if exists notes;
      create table notes (id integer primary key on conflict rollback);
      insert into notes values (100), (101), (102)`);
  });

  it("commits, rolls back and nests", () => {
    const bug = new Error("bug");
    using(client, (tx) => {
      add(tx, 1);
      const inner = () =>
        using(tx, (nested) => {
          add(nested, 2);
          throw bug;
        });
      expect(thrownBy(inner).error).toBe(bug);
      using(tx, (nested) => add(nested, 3));
    });
    using(client, (tx) => add(tx, 4), { forceRollback: true });
    expect(notes()).toEqual([1, 3]);
  });

  it.runIf(isBusyWhileIterating)(
    "with an iterator that is open at the COMMIT: nothing is lost that succeeds later",
    () => {
      let open: IterableIterator<unknown> | undefined;
      const { error } = thrownBy(() =>
        using(client, (tx) => {
          add(tx, 1);
          open = tx.prepare("select id from notes").iterate();
          open.next();
        }),
      );
      expect(combined(error).suppressed).toBeInstanceOf(TypeError);
      expect(combined(error).error).toMatchObject({ name: "TransactionError", outcome: "not committed" });

      // It is still open: nothing can be begun.
      const { error: refused } = thrownBy(() => using(client, () => expect.fail("begun")));
      expect(refused).toBeInstanceOf(TransactionError);
      expect(String(refused)).toContain("the one before it on this client could not be rolled back");

      open!.return!();
      for (const id of [2, 3]) using(client, (tx) => add(tx, id));
      expect([isInTransaction(), notes()]).toEqual([false, [2, 3]]);
    },
  );

  it.runIf(isBusyWhileIterating)(
    "one that was left behind is not rolled back where the program has begun one of its own since",
    () => {
      for (const send of [(sql: string) => client.exec(sql), (sql: string) => client.prepare(sql).run()]) {
        let open: IterableIterator<unknown> | undefined;
        thrownBy(() =>
          using(client, (tx) => {
            open = tx.prepare("select id from notes").iterate();
            open.next();
          }),
        );
        open!.return!();
        // What SQLite refuses begins nothing.
        thrownBy(() => client.exec("begin"));
        using(client, (tx) => add(tx, 1));

        thrownBy(() =>
          using(client, (tx) => {
            open = tx.prepare("select id from notes").iterate();
            open.next();
          }),
        );
        open!.return!();
        for (const sql of ["rollback", "begin", "insert into notes values (2)"]) send(sql);
        const { error } = thrownBy(() => using(client, () => expect.fail("begun")));
        expect(String(error)).toContain("the program has begun one of its own since (BEGIN)");
        send("commit");
        using(client, (tx) => add(tx, 3));
        expect(notes()).toEqual([1, 2, 3]);
        client.exec("delete from notes where id < 100");
      }
    },
  );

  it("a statement that has rolled it back, and whose error is caught: no more is sent, and it fails", () => {
    for (const isLast of [true, false]) {
      const { error } = thrownBy(() =>
        using(client, (tx) => {
          add(tx, 1);
          thrownBy(() => add(tx, 100));
          if (!isLast) add(tx, 2);
        }),
      );
      expect(error).toBeInstanceOf(TransactionError);
      expect(String(error)).toContain("the transaction had ended before its scope did");
    }
    expect(notes()).toEqual([]);
  });

  it("a statement that has rolled it back, and with which the body fails: with its error alone", () => {
    const { error } = thrownBy(() => using(client, (tx) => using(tx, (inner) => add(inner, 100))));
    expect(error).toMatchObject({ message: expect.stringMatching(/UNIQUE constraint failed/) });
  });

  it.each(["select 1; commit", "-- it is over\nrollback", "select 1; end"])(
    "%s in the body: no more is sent, and it fails",
    (sql) => {
      const { error } = thrownBy(() =>
        using(client, (tx) => {
          add(tx, 1);
          tx.exec(sql);
          add(tx, 2);
        }),
      );
      expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
      expect(notes()).not.toContain(2);
    },
  );
});
