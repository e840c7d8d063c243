import type pg from "pg";
import { describe, expect, it } from "vitest";
import { transaction, withTransaction } from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { useConflicts } from "./conflicting.ts";
import { using } from "./using.ts";

const conflicts = useConflicts();

describe("two transactions that conflict", () => {
  const serializable = { isolation: "serializable" } as const;

  /** Goes off call if somebody else stays: right for one at a time, and for two at a time only if they are serializable. */
  async function goOffCall(tx: pg.PoolClient, name: string): Promise<string> {
    const { rows } = await tx.query("select count(*)::int as n from doctors where on_call");
    if (rows[0].n < 2) return `${name} has to stay`;
    await tx.query("update doctors set on_call = false where name = $1", [name]);
    return `${name} may go`;
  }

  const onCall = async () =>
    (await conflicts.others.query("select name from doctors where on_call")).rows as { name: string }[];

  /** Another one has done its part and not committed; the one session of PGlite keeps it prepared meanwhile. */
  async function beginOther(name: string): Promise<void> {
    await conflicts.others.query("insert into doctors values ('alice', true), ('bob', true)");
    const client = await conflicts.others.connect();
    await client.query("begin isolation level serializable");
    expect(await goOffCall(client, name)).toBe(`${name} may go`);
    await client.query("prepare transaction 'other'");
    client.release();
  }

  it("PostgreSQL lets the second one fail, and withTransaction() runs it again when the first has committed", async () => {
    await beginOther("alice");
    const seen: string[] = [];
    let commitOther: Promise<unknown> | undefined;
    const answer = await withTransaction(
      conflicts.pool,
      async (tx) => {
        // It has to wait for its turn: until this transaction is over, one way or the other.
        commitOther ??= conflicts.others.query("commit prepared 'other'");
        seen.push("attempt");
        const may = await goOffCall(tx, "bob");
        seen.push(may);
        return may;
      },
      serializable,
    );
    await commitOther;
    expect(seen).toEqual(["attempt", "attempt", "bob has to stay"]);
    expect(answer).toBe("bob has to stay");
    expect(await onCall()).toEqual([{ name: "bob" }]);
  });

  it("without it, the failure is thrown as it is, and nothing is left of the second one", async () => {
    await beginOther("alice");
    const { error } = await rejectedBy(
      using(transaction(conflicts.pool, serializable), (tx) => goOffCall(tx, "bob")),
    );
    expect(error).toMatchObject({ code: "40001", severity: "ERROR" });
    expect(String(error)).toContain(
      "could not serialize access due to read/write dependencies among transactions",
    );
    await conflicts.others.query("commit prepared 'other'");
    expect(await onCall()).toEqual([{ name: "bob" }]);
  });

  it("a statement that cannot get a lock without waiting is an error like every other", async () => {
    await beginOther("alice");
    const { error } = await rejectedBy(
      withTransaction(conflicts.pool, (tx) =>
        tx.query("select from doctors where name = 'alice' for update nowait"),
      ),
    );
    expect(error).toMatchObject({ code: "55P03" });
    await conflicts.others.query("rollback prepared 'other'");
    expect(await onCall()).toHaveLength(2);
  });
});
