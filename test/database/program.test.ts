import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transaction } from "../../runtime/database/index.ts";
import { parameters } from "../harness/sample.ts";
import { type Database, useDatabase } from "./pglite.ts";
import { using } from "./using.ts";

const database = useDatabase("create table notes (id int primary key)");

/** What the body of a transaction does, step by step. */
type Step =
  | { readonly do: "insert"; readonly id: number }
  /** A statement that fails; where it is caught the transaction remains aborted. */
  | { readonly do: "fail"; readonly caught: boolean }
  | { readonly do: "throw" }
  | { readonly do: "return" }
  | {
      readonly do: "nest";
      readonly body: readonly Step[];
      readonly caught: boolean;
      readonly forceRollback: boolean;
    };

const { program } = fc.letrec<{ program: readonly Step[]; step: Step }>((tie) => ({
  program: fc.array(tie("step"), { maxLength: 5 }),
  step: fc.oneof(
    { maxDepth: 4 },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant("insert" as const), id: fc.integer({ min: 0, max: 9 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), caught: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("throw" as const, "return" as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("nest" as const),
        body: tie("program"),
        caught: fc.boolean(),
        forceRollback: fc.boolean(),
      }),
    },
  ),
}));

/** What a database holds; a transaction works on a copy, which takes its place when it commits. */
type Ids = ReadonlySet<number>;

/**
 * The model: PostgreSQL's rules and ours, on sets. Gives what a transaction that runs `steps` leaves, and whether it
 * throws.
 */
function model(steps: readonly Step[], before: Ids, forceRollback: boolean): { after: Ids; throws: boolean } {
  let ids = before;
  let isAborted = false;
  const failed = { after: before, throws: true };
  for (const step of steps) {
    if (step.do === "return") break;
    switch (step.do) {
      case "insert":
        if (isAborted || ids.has(step.id)) return failed;
        ids = new Set([...ids, step.id]);
        break;
      case "fail":
        isAborted = true;
        if (!step.caught) return failed;
        break;
      case "throw":
        return failed;
      case "nest": {
        // Nothing can be begun in an aborted transaction, and what fails to begin leaves it as it is.
        const inner = isAborted ? { after: ids, throws: true } : model(step.body, ids, step.forceRollback);
        ids = inner.after;
        if (inner.throws && !step.caught) return failed;
      }
    }
  }
  if (forceRollback) return { after: before, throws: false };
  return isAborted ? failed : { after: ids, throws: false };
}

async function perform(client: Database, steps: readonly Step[], forceRollback: boolean): Promise<void> {
  await using(transaction(client, { forceRollback }), async (tx) => {
    for (const step of steps) {
      switch (step.do) {
        case "insert":
          await tx.query("insert into notes values ($1)", [step.id]);
          break;
        case "fail":
          await tx.query("select 1 / 0").catch((error: unknown) => {
            if (!step.caught) throw error;
          });
          break;
        case "throw":
          throw new Error("thrown");
        case "return":
          return;
        case "nest":
          await perform(tx, step.body, step.forceRollback).catch((error: unknown) => {
            if (!step.caught) throw error;
          });
          break;
      }
    }
  });
}

describe("random programs of nested transactions", () => {
  it("leave what a model of them leaves, and throw when it does", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(program, fc.boolean(), async (steps, forceRollback) => {
        await database().exec("truncate notes");
        const expected = model(steps, new Set(), forceRollback);
        const throws = await perform(database(), steps, forceRollback).then(
          () => false,
          () => true,
        );
        const { rows } = await database().query("select id from notes order by id");
        expect({ ids: rows.map(({ id }: { id: number }) => id), throws }).toEqual({
          ids: [...expected.after].sort(),
          throws: expected.throws,
        });
        expect(database().isInTransaction()).toBe(false);
      }),
      parameters(0.5),
    );
  });
});
