import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, reentrant, resource, reusable, run, singleUse } from "../../runtime/index.ts";
import type { Trace } from "../runtime/traced.ts";

type Kind = "reentrant" | "reusable" | "single use";

/** A block that acquires one of three resources, runs what is in it, and catches what comes out of it. */
interface Block {
  readonly acquires: Kind;
  readonly throws: boolean;
  readonly inner: readonly Block[];
}

const block = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.record({
    acquires: fc.constantFrom<Kind>("reentrant", "reusable", "single use"),
    throws: fc.boolean(),
    inner: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie("block"), { maxLength: 3 })),
  }),
})).block;

/** Which acquisitions of the resources themselves fail, and which of their releases, in the order they come in. */
const program = fc.record({
  blocks: fc.array(block, { maxLength: 4 }),
  acquisitions: fc.infiniteStream(fc.constantFrom(true, true, false)),
  releases: fc.infiniteStream(fc.constantFrom(true, true, false)),
});

type Succeeds = Iterator<boolean>;

function runOurs(blocks: readonly Block[], acquisitions: Succeeds, releases: Succeeds): Trace {
  const trace: Trace = [];
  const make = (kind: Kind) =>
    resource(
      () => {
        if (!acquisitions.next().value) throw new Error(`no ${kind}`);
        trace.push(`+${kind}`);
        return kind;
      },
      (_, exit) => {
        trace.push(`-${kind} ${exit.kind}`);
        if (!releases.next().value) throw new Error(`release of ${kind}`);
      },
      kind,
    );
  const resources = {
    reentrant: reentrant(make("reentrant")),
    reusable: reusable(make("reusable")),
    "single use": singleUse(make("single use")),
  };
  const execute = ({ acquires, throws, inner }: Block): void => {
    try {
      run(function* () {
        trace.push(`in ${yield* acquire(resources[acquires])}`);
        inner.forEach(execute);
        if (throws) throw new Error("body");
      });
      trace.push("out");
    } catch (error) {
      trace.push(`caught ${(error as Error).message.replace(/[:,.] .*/s, "")}`);
    }
  };
  blocks.forEach(execute);
  return trace;
}

/** What the words mean. */
function runModel(blocks: readonly Block[], acquisitions: Succeeds, releases: Succeeds): Trace {
  const trace: Trace = [];
  const held = { reentrant: 0, reusable: 0, "single use": 0 };
  let isUsed = false;
  const refusalOf = (kind: Kind): string | undefined => {
    if (kind === "reusable" && held.reusable > 0) return "ts-raii";
    if (kind === "single use" && isUsed) return "ts-raii";
    return undefined;
  };
  const execute = ({ acquires: kind, throws, inner }: Block): void => {
    const refusal = refusalOf(kind);
    if (refusal !== undefined) return void trace.push(`caught ${refusal}`);
    if (kind === "single use") isUsed = true;
    if (held[kind] === 0) {
      if (!acquisitions.next().value) return void trace.push(`caught no ${kind}`);
      trace.push(`+${kind}`);
    }
    held[kind]++;
    trace.push(`in ${kind}`);
    inner.forEach(execute);
    held[kind]--;
    let error = throws ? "body" : undefined;
    if (held[kind] === 0) {
      trace.push(`-${kind} ${throws ? "failed" : "succeeded"}`);
      if (!releases.next().value) error = throws ? "Error" : `release of ${kind}`; // both: a combination
    }
    trace.push(error === undefined ? "out" : `caught ${error}`);
  };
  blocks.forEach(execute);
  return trace;
}

describe("property 55: single use, reusable and reentrant resources, nested and one after the other", () => {
  it("do what the words mean, also where acquisitions and releases fail", () => {
    fc.assert(
      fc.property(program, ({ blocks, acquisitions, releases }) => {
        const [first, second] = [[...acquisitions.take(200)], [...releases.take(200)]];
        const ours = runOurs(blocks, first.values(), second.values());
        expect(ours).toEqual(runModel(blocks, first.values(), second.values()));
      }),
      { numRuns: 500 },
    );
  });
});
