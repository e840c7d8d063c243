import { describe, expect, it } from "vitest";
import { isSerializationFailure, transaction, withTransaction } from "../../runtime/database/index.ts";
import { isAnswer, isConnectionLoss } from "../../runtime/database/sql-state.ts";
import { combined, rejectedBy } from "../runtime/traced.ts";
import { useDatabase } from "./pglite.ts";
import { using } from "./using.ts";

/** What the clients throw. */
const losses = [
  { code: "08006" }, // PostgreSQL, and what stands between
  { code: "57P01", severity: "FATAL" },
  { code: "25P03", severity: "FATAL" },
  { code: "XX000", severity: "PANIC" },
  { code: "ER_SOCKET_UNEXPECTED_CLOSE", errno: 45009, sqlState: "08S01", fatal: true }, // mariadb
  { code: "PROTOCOL_CONNECTION_LOST", fatal: true }, // mysql2
  { code: undefined, errno: 1927, sqlState: "70100" },
  { code: "CONNECTION_CLOSED" }, // postgres.js
  { code: "ECONNRESET", syscall: "read" },
  { code: "EPIPE" },
];
const answers = [
  { code: "40001" },
  { code: "23505", severity: "ERROR" },
  { code: "ER_DUP_ENTRY", errno: 1062, sqlState: "23000", fatal: false },
  { code: "SQLITE_BUSY" },
];
const neither = [
  { code: "40003" },
  new Error("Query read timeout"),
  { code: "PROTOCOL_SEQUENCE_TIMEOUT" },
  undefined,
  "gone",
];

describe("an error of a statement", () => {
  it.each(losses)("says that the connection is lost: %j", (error) => {
    expect([isConnectionLoss(error), isAnswer(error)]).toEqual([true, false]);
  });

  it.each(answers)("is an answer of the database: %j", (error) => {
    expect([isConnectionLoss(error), isAnswer(error)]).toEqual([false, true]);
  });

  it.each(neither)("is neither: %j", (error) => {
    expect([isConnectionLoss(error), isAnswer(error)]).toEqual([false, false]);
  });

  it("may be what cannot be read", () => {
    const unreadable = new Proxy({}, { get: () => expect.fail("read") });
    const code = { toString: () => expect.fail("shown") };
    for (const error of [unreadable, { code }])
      expect([isConnectionLoss(error), isAnswer(error)]).toEqual([false, false]);
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

describe("transactions of PGlite", () => {
  const database = useDatabase(`
    create table notes (id int primary key);
    create function fail() returns trigger language plpgsql as $$
      begin raise exception 'no answer' using errcode = '08006'; end $$;
    create table unanswered (id int);
    create constraint trigger late after insert on unanswered deferrable initially deferred
      for each row execute function fail()`);

  it("are in doubt when their COMMIT fails with an error of the connection", async () => {
    let attempts = 0;
    const { error } = await rejectedBy(
      withTransaction(database(), (tx) => tx.query(`insert into unanswered values (${String(++attempts)})`), {
        when: () => true,
      }),
    );
    expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown", code: "08006" });
    expect([attempts, database().isInTransaction()]).toEqual([1, false]);
  });

  it("that could not be rolled back are ended before the next one, which is committed", async () => {
    let fails = true;
    const client = {
      query: (sql: string) =>
        fails && sql === "ROLLBACK" ? Promise.reject(new Error("Query read timeout")) : database().query(sql),
      isInTransaction: () => database().isInTransaction(),
    };
    const bug = new Error("bug");
    const { error } = await rejectedBy(
      using(transaction(client), async (tx) => {
        await tx.query("insert into notes values (1)");
        throw bug;
      }),
    );
    expect(combined(error).suppressed).toBe(bug);
    const { error: refused } = await rejectedBy(using(transaction(client), () => expect.fail("begun")));
    expect(String(refused)).toContain("the one before it on this client could not be rolled back");
    fails = false;
    for (const id of [2, 3])
      await using(transaction(client), (tx) => tx.query(`insert into notes values (${id})`));
    expect((await database().query("select id from notes order by id")).rows).toEqual([{ id: 2 }, { id: 3 }]);
    expect(database().isInTransaction()).toBe(false);
  });
});
