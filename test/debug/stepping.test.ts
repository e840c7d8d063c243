import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { isWhole, sample } from "../harness/sample.ts";
import { debugNode, fileOf, type NodeUnderDebugger } from "./debuggee.ts";
import { deviationsOf } from "./deviations.ts";
import { differences, linesOf } from "./lines.ts";
import { shapes, type Shape, type Variant } from "./shapes.ts";

// Stepping through a function is that of the function by hand: nested `try` statements on the same lines.

const seen = new Set<string>();
const tested = sample(shapes, 6);
let node: NodeUnderDebugger;
beforeAll(async () => {
  node = await debugNode("debug-stepping", tested, "VS Code");
});
afterAll(() => node.end());

/** The lines where a debugger stops in the file, step by step from a breakpoint until the function has returned. */
async function step(shape: Shape, variant: Variant, from: number, kind: "over" | "into"): Promise<number[]> {
  const { work } = linesOf(shape);
  const lines = await node.stops(shape, variant, from, () => kind);
  const isInside = (line: number): boolean => line < work.end + 1 || line > linesOf(shape).call.end;
  const first = lines.findIndex((line) => line >= work.start && line <= work.end);
  const after = lines.findIndex((line, index) => index > first && !isInside(line));
  return lines.slice(first, after < 0 ? undefined : after).filter(isInside);
}

describe.each(tested)("stepping through: $name", (shape) => {
  const { acquires, call, body, open, release } = linesOf(shape);
  describe.each(lowerings)("%s lowering", (lowering) => {
    it.each([
      ["over", acquires],
      ["into", call.calls],
    ] as const)("%s visits the lines of the function by hand", async (kind, from) => {
      const byHand = await step(shape, "by hand", from, kind);
      const ours = await step(shape, lowering, from, kind);
      const unknown = differences(shape, byHand, ours).filter((difference) => {
        const known = deviationsOf(shape, lowering, kind).find((each) => each.difference === difference);
        if (known) seen.add(known.reason);
        return known === undefined;
      });
      expect(unknown, `by hand ${byHand.join(" ")}, ${lowering} ${ours.join(" ")}`).toEqual([]);
    });

    it.each([
      ["the body", body],
      ["what opens the resource", open],
      ["a release", release],
    ])("out of %s leads where it leads by hand", async (_, from) => {
      const out = async (variant: Variant): Promise<number | undefined> =>
        (await node.stops(shape, variant, from, (count) => (count === 1 ? "out" : "resume")))[1];
      const [byHand, ours] = [await out("by hand"), await out(lowering)];
      if (ours === byHand) return;
      const difference = `out: ${linesOf(shape).roleOf(byHand)} by hand, ${linesOf(shape).roleOf(ours)}`;
      const known = deviationsOf(shape, lowering, "out").find((each) => each.difference === difference);
      if (known) seen.add(known.reason);
      expect(known?.difference, `by hand ${byHand}, ${lowering} ${ours}`).toBe(difference);
    });
  });
});

it.runIf(isWhole)("every deviation that is listed is there", () => {
  const all = shapes.flatMap((shape) =>
    lowerings.flatMap((lowering) =>
      (["over", "into", "out"] as const).flatMap((kind) => deviationsOf(shape, lowering, kind).map(({ reason }) => reason)),
    ),
  );
  expect([...new Set(all)].filter((reason) => !seen.has(reason))).toEqual([]);
});
