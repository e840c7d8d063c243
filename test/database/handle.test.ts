import { describe, expect, it } from "vitest";
import { transaction, TransactionError } from "../../runtime/database/index.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";
import { using } from "./using.ts";

/** A client as they are written: private fields, accessors, methods that return `this`, functions with properties. */
class Client {
  readonly sent: string[] = [];
  timeout = 0;
  #name = "client";
  readonly sql = Object.assign((parts: TemplateStringsArray) => this.query(parts.join("?")), {
    dialect: "none",
  });

  get name(): string {
    return this.#name;
  }
  set name(value: string) {
    this.#name = value;
  }
  async query(sql: string): Promise<string> {
    this.sent.push(sql);
    return `${this.#name} ${sql}`;
  }
  self(): this {
    return this;
  }
  release(): void {
    this.sent.push("released");
  }
}

describe("the handle of a transaction", () => {
  it("is the client in all it can be asked and does", async () => {
    const client = new Client();
    await using(transaction(client), async (tx) => {
      expect(tx).toBeInstanceOf(Client);
      expect(tx.constructor.name).toBe("Client");
      expect(tx.name).toBe("client");
      expect(await tx.query("a")).toBe("client a");
      expect(await tx.sql`b`).toBe("client b");
      expect(tx.sql.dialect).toBe("none");
      expect(tx.self()).toBe(client);
      tx.name = "renamed";
      tx.timeout = 5;
      expect([client.name, client.timeout]).toEqual(["renamed", 5]);
      expect(Object.keys(tx)).toEqual(Object.keys(client));
      expect("query" in tx).toBe(true);
    });
    expect(client.sent).toEqual(["BEGIN", "a", "b", "COMMIT"]);
  });

  it("may be of a frozen client", async () => {
    const sent: string[] = [];
    const client = Object.freeze({ query: async (sql: string) => sent.push(sql) });
    await using(transaction(client), (tx) => tx.query("a"));
    expect(sent).toEqual(["BEGIN", "a", "COMMIT"]);
  });

  it("sends nothing after the end of its scope, and nests nothing", async () => {
    const client = new Client();
    const escaped = await using(transaction(client), (tx) => ({ tx }));
    for (const send of [() => escaped.tx.query("late"), () => escaped.tx.sql`late`]) {
      const { error } = thrownBy(send);
      expect(error).toBeInstanceOf(TransactionError);
      expect(String(error)).toContain(
        "this transaction is over; its handle was used after the scope it belongs to",
      );
    }
    const { error } = await rejectedBy(using(transaction(escaped.tx), () => {}));
    expect(String(error)).toContain("this transaction is over");
    expect(client.sent).toEqual(["BEGIN", "COMMIT"]);
    expect(escaped.tx.name).toBe("client");
    await client.query("the client goes on");
  });

  it("sends nothing while it is being committed", async () => {
    let late: unknown;
    const client = {
      sent: [] as string[],
      async query(sql: string) {
        this.sent.push(sql);
        if (sql === "COMMIT") late = thrownBy(() => handle.query("late")).error;
      },
    };
    let handle = client;
    await using(transaction(client), (tx) => void (handle = tx));
    expect(late).toBeInstanceOf(TransactionError);
    expect(client.sent).toEqual(["BEGIN", "COMMIT"]);
  });

  it("is not committed, rolled back or released by hand", async () => {
    const client = Object.assign(new Client(), {
      commit: () => expect.fail(),
      rollback: () => expect.fail(),
    });
    const { tx } = await using(transaction(client), (tx) => {
      for (const method of ["release", "commit", "rollback"] as const)
        expect(() => tx[method]()).toThrow(
          `no ${method}() in a transaction: it ends with its scope. Throw to roll back`,
        );
      return { tx };
    });
    expect(client.sent).toEqual(["BEGIN", "COMMIT"]);
    tx.release(); // a client that the program has from a pool of its own
    expect(client.sent).toEqual(["BEGIN", "COMMIT", "released"]);
  });

  it.each([
    ["commit", "COMMIT"],
    [" \n BEGIN isolation level serializable", "BEGIN"],
    ["start  transaction read only", "START  TRANSACTION"],
    ["ROLLBACK WORK", "ROLLBACK"],
    ["rollback and chain", "ROLLBACK"],
    ["end", "END"],
    ["Abort;", "ABORT"],
    ["prepare transaction 'a'", "PREPARE TRANSACTION"],
  ])("sends no %j: the transaction ends with its scope", async (sql, shown) => {
    const client = new Client();
    await using(transaction(client), (tx) => {
      for (const statement of [sql, { text: sql }, { sql, values: [] }])
        expect(() => tx.query(statement as string)).toThrow(
          `no ${shown} in a transaction: it ends with its scope`,
        );
    });
    expect(client.sent).toEqual(["BEGIN", "COMMIT"]);
  });

  it.each([
    "savepoint a",
    "rollback to a",
    "ROLLBACK TRANSACTION TO SAVEPOINT a",
    "rollback work to a",
    "begin not atomic select 1; end",
    "ending",
    "select 'commit'",
  ])("sends %j", async (sql) => {
    const client = new Client();
    await using(transaction(client), (tx) => tx.query(sql));
    expect(client.sent).toEqual(["BEGIN", sql, "COMMIT"]);
  });
});
