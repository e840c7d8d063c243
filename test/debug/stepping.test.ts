import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lowering, lowerings } from "../harness/compile.ts";
import { isWhole, sample } from "../harness/sample.ts";
import { debugNode, type NodeUnderDebugger } from "./debuggee.ts";
import type { StepKind } from "./debugger.ts";
import { deviations } from "./deviations.ts";
import { differences, linesOf } from "./lines.ts";
import { type Shape, shapes, type Variant } from "./shapes.ts";

// Stepping through a function is that of the function by hand: nested `try` statements on the same lines.

const seen = new Set<string>();
const tested = sample(shapes, 6);

/** Whether the table says why. */
function isKnown(lowering: Lowering, kind: StepKind, difference: string): boolean {
  const known = deviations.filter(
    (each) =>
      each.lowerings.some((one) => one === lowering) &&
      each.kinds.includes(kind) &&
      each.difference.test(difference),
  );
  for (const { reason } of known) seen.add(reason);
  return known.length > 0;
}

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
      const unknown = differences(shape, byHand, ours).filter((each) => !isKnown(lowering, kind, each));
      expect(unknown, `by hand ${byHand.join(" ")}, ${lowering} ${ours.join(" ")}`).toEqual([]);
    });

    const places: [string, number][] = [
      ["what opens the resource", open],
      ["the body", body],
      ["a release", release],
    ];
    // Out of an async generator Node does not step, by hand either: the program does not go on.
    it.each(places.slice(0, shape.name === "async generator" ? 1 : undefined))(
      "out of %s leads where it leads by hand",
      async (_, from) => {
        const out = async (variant: Variant): Promise<number | undefined> =>
          (await node.stops(shape, variant, from, (count) => (count === 1 ? "out" : "resume")))[1];
        const [byHand, ours] = [await out("by hand"), await out(lowering)];
        if (ours === byHand) return;
        const { roleOf } = linesOf(shape);
        const difference = `out: ${roleOf(byHand)} by hand, ${roleOf(ours)}`;
        expect(isKnown(lowering, "out", difference), `${difference} (${byHand}, ${ours})`).toBe(true);
      },
    );
  });
});

it.runIf(isWhole)("every deviation that is listed is there", () => {
  const unseen = deviations.filter(({ reason }) => !seen.has(reason));
  expect(unseen.map(({ reason }) => reason)).toEqual([]);
});
