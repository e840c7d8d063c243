import { beforeEach, describe, expect, it } from "vitest";
import * as entry from "../../runtime/database/index.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { useDatabase } from "./pglite.ts";

const database = useDatabase("create table notes (id int primary key)");

async function notes(): Promise<number[]> {
  const { rows } = await database().query("select id from notes order by id");
  return rows.map(({ id }: { id: number }) => id);
}

beforeEach(async () => {
  expect(database().isInTransaction()).toBe(false);
  await database().exec("truncate notes");
});

const source = `
  "use raii";
  import { raii } from "ts-raii";
  import { transaction } from "ts-raii/database";
  const add = (tx, id) => tx.query("insert into notes values (" + id + ")");

  export async function returning(db) {
    const tx = await raii(transaction(db));
    await add(tx, 1);
    return (await tx.query("select count(*)::int n from notes")).rows[0].n;
  }

  export async function throwing(db, bug) {
    const tx = await raii(transaction(db));
    await add(tx, 1);
    throw bug;
  }

  export async function inLoops(db, bug) {
    for (const id of [1, 2, 3, 4, 5]) {
      try {
        const tx = await raii(transaction(db));
        await add(tx, id);
        if (id === 1) continue;
        if (id === 2) throw bug;
        if (id === 4) break;
      } catch (error) {
        if (error !== bug) throw error;
      }
    }
  }

  export async function nested(db) {
    const tx = await raii(transaction(db));
    await add(tx, 1);
    try {
      const inner = await raii(transaction(tx));
      await add(inner, 2);
      await add(inner, 1);
    } catch (error) {
      await add(tx, 3);
      return error.code;
    }
  }

  export async function* page(db, failing) {
    const tx = await raii(transaction(db));
    await add(tx, 1);
    yield 1;
    await add(tx, 2);
    yield 2;
    if (failing) throw failing;
  }

  export async function consume(pages, upTo) {
    for await (const page of pages) if (page === upTo) break;
  }
`;

describe.each(lowerings)("transactions in annotated functions, %s", (lowering) => {
  const program = evaluate(compile(source, { lowering }).code, "input.js", (id) =>
    id === "ts-raii/database" ? entry : undefined,
  );

  it("commit what returns", async () => {
    expect(await program.returning(database())).toBe(1);
    expect(await notes()).toEqual([1]);
  });

  it("roll back what throws", async () => {
    const bug = new Error("bug");
    expect((await rejectedBy(program.throwing(database(), bug))).error).toBe(bug);
    expect(await notes()).toEqual([]);
  });

  it("end with their block: continue and break commit, throw rolls back", async () => {
    await program.inLoops(database(), new Error("bug"));
    expect(await notes()).toEqual([1, 3, 4]);
  });

  it("nest in the function", async () => {
    expect(await program.nested(database())).toBe("23505");
    expect(await notes()).toEqual([1, 3]);
  });

  it("roll back what is cancelled: a generator that its consumer has closed", async () => {
    await program.consume(program.page(database()), 1);
    expect(await notes()).toEqual([]);
    expect(database().isInTransaction()).toBe(false);
  });

  it("commit a generator that ran to its end", async () => {
    await program.consume(program.page(database()), 3);
    expect(await notes()).toEqual([1, 2]);
  });
});
