import { beforeEach, describe, expect, it } from "vitest";
import { transaction, TransactionError } from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { useDatabase } from "./pglite.ts";
import { using } from "./using.ts";

const database = useDatabase(`
  create table notes (id int primary key, unique (id) deferrable initially immediate);
  create table late (id int, constraint late_once unique (id) deferrable initially deferred);
`);
const add = (id: number) => `insert into notes values (${id})`;

async function notes(): Promise<number[]> {
  const { rows } = await database().query("select id from notes order by id");
  return rows.map(({ id }: { id: number }) => id);
}

beforeEach(async () => {
  expect(database().isInTransaction()).toBe(false); // whatever the test before has done
  await database().exec("truncate notes, late");
});

describe("transaction()", () => {
  it("does nothing until it is acquired, and can be acquired again", async () => {
    const made = transaction(database());
    expect(database().isInTransaction()).toBe(false);
    for (const id of [1, 2]) await using(made, (tx) => tx.query(add(id)));
    expect(await notes()).toEqual([1, 2]);
  });

  it("commits when the scope succeeds, after its value was computed (S3)", async () => {
    const during = await using(transaction(database()), async (tx) => {
      await tx.query(add(1));
      return database().isInTransaction();
    });
    expect(during).toBe(true);
    expect(database().isInTransaction()).toBe(false);
    expect(await notes()).toEqual([1]);
  });

  it("rolls back when the scope fails, with the very error (property 10)", async () => {
    const bug = { not: "an Error" };
    const { error } = await rejectedBy(
      using(transaction(database()), async (tx) => {
        await tx.query(add(1));
        throw bug;
      }),
    );
    expect(error).toBe(bug);
    expect(await notes()).toEqual([]);
  });

  it("rolls back for `throw undefined` (property 15)", async () => {
    const { error } = await rejectedBy(
      using(transaction(database()), async (tx) => {
        await tx.query(add(1));
        throw undefined;
      }),
    );
    expect(error).toBe(undefined);
    expect(await notes()).toEqual([]);
  });

  it("rolls back in the end what succeeded, when it is told to", async () => {
    const seen = await using(transaction(database(), { forceRollback: true }), async (tx) => {
      await tx.query(add(1));
      return notes();
    });
    expect([seen, await notes()]).toEqual([[1], []]);
  });

  it.each([
    [{}, "read committed", "off", "off"],
    [{ isolation: "serializable" }, "serializable", "off", "off"],
    [{ isolation: "repeatable read", readOnly: true }, "repeatable read", "on", "off"],
    [{ isolation: "read uncommitted", readOnly: false, deferrable: false }, "read uncommitted", "off", "off"],
    [{ isolation: "read committed", deferrable: undefined }, "read committed", "off", "off"],
    [{ isolation: "serializable", readOnly: true, deferrable: true }, "serializable", "on", "on"],
    [{ begin: "start transaction read only" }, "read committed", "on", "off"],
  ] as const)("begins as %j says", async (options, isolation, readOnly, deferrable) => {
    const { rows } = await using(transaction(database(), options), (tx) =>
      tx.query(
        "select current_setting('transaction_isolation') i, current_setting('transaction_read_only') r, " +
          "current_setting('transaction_deferrable') d",
      ),
    );
    expect(rows).toEqual([{ i: isolation, r: readOnly, d: deferrable }]);
  });

  it("throws at the acquisition what the database answers to the BEGIN, as it is", async () => {
    const { error } = await rejectedBy(
      using(transaction(database(), { begin: "begin at once" }), () => expect.fail("it has not begun")),
    );
    expect(error).toMatchObject({ code: "42601", severity: "ERROR" });
    expect(error).not.toBeInstanceOf(TransactionError);
    await using(transaction(database()), (tx) => tx.query(add(1)));
    expect(await notes()).toEqual([1]);
  });
});

describe("a COMMIT that fails", () => {
  it("throws the answer of the database, and leaves no transaction behind", async () => {
    const { error } = await rejectedBy(
      using(transaction(database()), async (tx) => {
        await tx.query(add(1));
        await tx.query("insert into late values (1), (1)"); // looked at by the COMMIT
      }),
    );
    expect(error).toMatchObject({ code: "23505", constraint: "late_once" });
    expect(database().isInTransaction()).toBe(false);
    expect(await notes()).toEqual([]);
    await using(transaction(database()), (tx) => tx.query(add(2)));
    expect(await notes()).toEqual([2]);
  });

  it("is told from one that PostgreSQL makes a ROLLBACK of, without an error of its own", async () => {
    const { error } = await rejectedBy(
      using(transaction(database()), async (tx) => {
        await tx.query(add(1));
        await tx.query("select 1 / 0").catch(() => {});
      }),
    );
    expect(error).toBeInstanceOf(TransactionError);
    expect((error as TransactionError).outcome).toBe("not committed");
    expect(String(error)).toBe(
      "TransactionError: ts-raii: the transaction was rolled back and not committed: a statement in it had failed, " +
        "and its error was caught. Nest what may fail in a transaction of its own",
    );
    expect(await notes()).toEqual([]);
  });

  it("is told where the body has ended the transaction by itself", async () => {
    const { error } = await rejectedBy(
      using(transaction(database()), async (tx) => {
        await tx.query(add(1));
        await tx.query("/* of a library */ COMMIT");
        await tx.query(add(2));
      }),
    );
    expect(error).toBeInstanceOf(TransactionError);
    expect(String(error)).toContain("had ended before its scope did: by a COMMIT or ROLLBACK in its body");
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(await notes()).toEqual([1]); // the second one was refused
  });
});

describe("what transaction() refuses", () => {
  it.each([
    [{ isolation: "serializable; drop table notes" }, "isolation is one of read uncommitted, read committed"],
    [{ isolation: ["serializable"] }, "isolation is one of"],
    [{ isolation: "SERIALIZABLE" }, "and not SERIALIZABLE"],
    [{ readOnly: "no" }, "readOnly is a boolean"],
    [{ deferrable: 1 }, "deferrable is a boolean"],
    [{ forceRollback: "yes" }, "forceRollback is a boolean"],
    [
      { isolationLevel: "serializable" },
      "there is no option isolationLevel; there are forceRollback, isolation",
    ],
    [{ begin: " " }, "begin is the text of a statement"],
    [{ begin: ["BEGIN"] }, "begin is the text of a statement"],
    [{ begin: "BEGIN", readOnly: true }, "begin says it all"],
    [null, "its options are an object"],
    ["serializable", "its options are an object"],
  ])("the options %j", (options, message) => {
    expect(() => transaction(database(), options as never)).toThrow(TypeError);
    expect(() => transaction(database(), options as never)).toThrow(message);
  });

  it("options that change after they were checked", async () => {
    const options = { isolation: "serializable" as string };
    const made = transaction(database(), options as object);
    options.isolation = "serializable; insert into notes values (1)";
    await using(made, () => {});
    expect(await notes()).toEqual([]);
  });

  it.each([undefined, null, 1, {}, "client", { query: "select 1" }, { connect() {} }])("%j", (client) => {
    expect(() => transaction(client as never)).toThrow(TypeError);
    expect(() => transaction(client as never)).toThrow(
      "takes a database client, which has query() or exec(), or",
    );
  });

  it("a client that gives no promise, and takes back what that has begun", async () => {
    const sent: string[] = [];
    const client = { exec: (sql: string) => void sent.push(sql) };
    const { error } = await rejectedBy(using(transaction(client as never), () => {}));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(
      "the client returned no promise: raii(transactionSync(client)), or its promise API",
    );
    expect(sent).toEqual(["BEGIN", "ROLLBACK"]);
  });
});
