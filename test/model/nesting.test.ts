import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilers, lowerings } from "../harness/compile.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { expectSame } from "./expect-same.ts";
import { brokenInvariants } from "./invariants.ts";
import { asyncKinds, type ResourceKind, resourceKinds, syncKinds } from "./kinds.ts";
import { type Flat, printBlocks, printFlat, printFunctions } from "./nesting.ts";
import { runnerOf } from "./observe.ts";

const kindsOf = (kinds: object): fc.Arbitrary<ResourceKind[]> =>
  fc.array(fc.constantFrom(...(Object.keys(kinds) as ResourceKind[])), { minLength: 1, maxLength: 6 });
const ending = fc.constantFrom<Flat["ending"]>(
  "",
  "return r0;",
  `throw new Error("body");`,
  "throw undefined;",
);
const flats: fc.Arbitrary<Flat> = fc.oneof(
  fc.record({ isAsync: fc.constant(false), resources: kindsOf(syncKinds), ending }),
  fc.record({ isAsync: fc.constant(true), resources: kindsOf({ ...resourceKinds, ...asyncKinds }), ending }),
);

describe.each(lowerings)("a flat body under the %s lowering", (lowering) => {
  it.each([
    ["functions", printFunctions],
    ["blocks", printBlocks],
  ])("property 8: behaves as nested %s of one resource each", { timeout }, async (_, printNested) => {
    const compiler = compilers["TypeScript 6"];
    await fc.assert(
      fc.asyncProperty(flats, fc.nat(20), async (flat, step) => {
        const run = runnerOf(printFlat(flat), lowering, compiler);
        const nested = runnerOf(printNested(flat), lowering, compiler);
        const { events } = await expectSame(run, nested, "events", { step, is: "failed" });
        expect(brokenInvariants(events, true)).toEqual([]);
      }),
      parameters(0.05),
    );
  });
});
