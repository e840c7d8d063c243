import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { processState } from "../../runtime/core/process-state.ts";
import { lowerings } from "../harness/compile.ts";
import { arbitraryTree } from "./arbitrary-tree.ts";
import { perform, performCompiled } from "./perform.ts";
import { interpret } from "./reference.ts";

afterEach(() => {
  expect(processState.context).toBe(undefined);
});

it("trees of activations, scopes and resources end as the reference says", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryTree(), async (tree) => {
      expect(await perform(tree)).toEqual(interpret(tree));
    }),
    { numRuns: process.env.WHOLE ? 15_000 : 1_000 },
  );
});

it.each(lowerings)("so do they under the %s lowering", async (lowering) => {
  await fc.assert(
    fc.asyncProperty(arbitraryTree(), async (tree) => {
      expect(await performCompiled(tree, lowering)).toEqual(interpret(tree));
    }),
    { numRuns: process.env.WHOLE ? 1_000 : 100 },
  );
});
