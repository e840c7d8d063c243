import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { stepping } from "../../runtime/core/step.ts";
import { isWhole } from "../harness/sample.ts";
import { arbitraryTree } from "./arbitrary-tree.ts";
import { perform } from "./perform.ts";
import { interpret } from "./reference.ts";

afterEach(() => {
  expect(stepping.context).toBe(undefined);
});

it("trees of activations, scopes and resources end as the reference says", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryTree(), async (tree) => {
      expect(await perform(tree)).toEqual(interpret(tree));
    }),
    { numRuns: isWhole ? 15_000 : 300 },
  );
});
