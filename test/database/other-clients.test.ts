import { describe, expect, it } from "vitest";
import { transaction } from "../../runtime/database/index.ts";
import { combined, rejectedBy } from "../runtime/traced.ts";
import { using } from "./using.ts";

// What the real clients cannot be made to do, or only by chance. They themselves are tested in the files of servers.

/** A connection as mysql2/promise and mariadb have it, which fails when it is told to. */
class Connection {
  constructor(
    readonly sent: string[],
    private readonly failing: Record<string, unknown>,
  ) {}
  async query(sql: string): Promise<[object, undefined]> {
    this.sent.push(sql);
    if (sql in this.failing) throw this.failing[sql];
    return [{ affectedRows: 0 }, undefined];
  }
  async beginTransaction(): Promise<void> {
    expect.fail("it takes no options");
  }
  release(...args: unknown[]): void {
    this.sent.push(["released", ...args.filter((arg) => arg !== undefined)].join(" "));
  }
  destroy(): void {
    this.sent.push("destroyed");
  }
}

function mysql(failing: Record<string, unknown> = {}) {
  const sent: string[] = [];
  return {
    sent,
    getConnection: async () => new Connection(sent, failing),
    query: () => expect.fail("on the pool"),
  };
}

/** As mysql2 reports what the server answers. */
const answer = (sqlState: string) =>
  Object.assign(new Error(`SQLSTATE ${sqlState}`), { code: "ER_SOMETHING", sqlState });

describe("transaction() of a pool of mysql2 or mariadb", () => {
  it("sets the isolation level for the next transaction, which it then starts", async () => {
    const pool = mysql();
    await using(transaction(pool, { isolation: "serializable", readOnly: true }), async (tx) => {
      await tx.query("a");
      await using(transaction(tx), (inner) => inner.query("b"));
    });
    expect(pool.sent).toEqual([
      "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
      "START TRANSACTION READ ONLY",
      "a",
      "SAVEPOINT raii_1",
      "b",
      "RELEASE SAVEPOINT raii_1",
      "COMMIT",
      "released",
    ]);
  });

  it("destroys a connection that is of no more use, and releases every other one", async () => {
    const broken = mysql({ ROLLBACK: new Error("read ECONNRESET") });
    const bug = new Error("bug");
    const { error } = await rejectedBy(using(transaction(broken), () => Promise.reject(bug)));
    expect(combined(error).suppressed).toBe(bug);
    expect(broken.sent).toEqual(["START TRANSACTION", "ROLLBACK", "destroyed"]);

    const refused = mysql({ "START TRANSACTION": answer("42000") });
    expect((await rejectedBy(using(transaction(refused), () => {}))).error).toMatchObject({
      sqlState: "42000",
    });
    expect(refused.sent).toEqual(["START TRANSACTION", "released"]);

    const lost = mysql({ "START TRANSACTION": new Error("read ECONNRESET") });
    expect((await rejectedBy(using(transaction(lost), () => {}))).error).toMatchObject({
      name: "TransactionError",
      message: "ts-raii: a transaction could not be begun: Error: read ECONNRESET",
    });
    expect(lost.sent).toEqual(["START TRANSACTION", "destroyed"]);
  });

  it("knows a COMMIT that was refused from one that was not answered", async () => {
    const refused = mysql({ COMMIT: answer("HY000") });
    expect((await rejectedBy(using(transaction(refused), () => {}))).error).toMatchObject({
      sqlState: "HY000",
    });
    expect(refused.sent).toEqual(["START TRANSACTION", "COMMIT", "ROLLBACK", "released"]);

    const unanswered = mysql({ COMMIT: new Error("read ETIMEDOUT") });
    const { error } = await rejectedBy(using(transaction(unanswered), () => {}));
    expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
    expect(unanswered.sent).toEqual(["START TRANSACTION", "COMMIT", "ROLLBACK", "destroyed"]);
  });

  it("gives the error of a release beside that of the body", async () => {
    const pool = mysql();
    const taken = new Error("released twice");
    const bug = new Error("bug");
    const broken = {
      getConnection: async () =>
        Object.assign(await pool.getConnection(), {
          release() {
            throw taken;
          },
        }),
    };
    const { error } = await rejectedBy(using(transaction(broken), () => Promise.reject(bug)));
    expect([combined(error).error, combined(error).suppressed]).toEqual([taken, bug]);
  });
});

describe("transaction() of other clients", () => {
  it("may have exec() alone", async () => {
    const sent: string[] = [];
    const client = { exec: async (sql: string) => void sent.push(sql) };
    await using(transaction(client, { begin: "BEGIN IMMEDIATE" }), (tx) => tx.exec("a"));
    expect(sent).toEqual(["BEGIN IMMEDIATE", "a", "COMMIT"]);
  });

  it("keeps the answer of a SQLite database to a COMMIT as it is", async () => {
    const busy = Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" });
    const sent: string[] = [];
    const client = {
      async exec(sql: string) {
        sent.push(sql);
        if (sql === "COMMIT") throw busy;
      },
    };
    expect((await rejectedBy(using(transaction(client), () => {}))).error).toBe(busy);
    expect(sent).toEqual(["BEGIN", "COMMIT", "ROLLBACK"]);
  });

  it("may throw at once instead of rejecting, and may throw anything", async () => {
    for (const thrown of [new Error("gone"), undefined, null, "gone"]) {
      const client = {
        query: (sql: string): Promise<unknown> => {
          if (sql === "COMMIT") throw thrown;
          return Promise.resolve();
        },
      };
      const { error } = await rejectedBy(using(transaction(client), () => {}));
      expect(error).toMatchObject({ name: "TransactionError", outcome: "unknown" });
      expect((error as { cause?: unknown }).cause).toBe(thrown);
    }
  });

  it("begins with a ROLLBACK when nobody knows what the last transaction has come to", async () => {
    const sent: string[] = [];
    let isLost = true;
    const client = {
      async query(sql: string) {
        sent.push(sql);
        if (isLost && sql !== "BEGIN") throw new Error("timeout");
      },
    };
    await rejectedBy(using(transaction(client), () => {}));
    isLost = false;
    await using(transaction(client), () => {});
    await using(transaction(client), () => {});
    expect(sent).toEqual(["BEGIN", "COMMIT", "ROLLBACK", "ROLLBACK", "BEGIN", "COMMIT", "BEGIN", "COMMIT"]);
  });
});
