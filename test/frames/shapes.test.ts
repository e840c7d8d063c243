import { beforeAll, describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { runShapes, type Traces } from "./run-shapes.ts";
import { shapes } from "./shapes.ts";

let traces: Traces;
beforeAll(() => {
  traces = runShapes("frames", shapes);
});

describe.each([
  { by: "byNode", title: "as Node prints them under --enable-source-maps" },
  { by: "byMaps", title: "as the source map gives them" },
] as const)("the frames of an error are those of the code by hand, $title", ({ by }) => {
  describe.each(lowerings)("%s lowering", (lowering) => {
    it.each(shapes.map((shape, index) => ({ ...shape, index })))("$name", ({ index, differs }) => {
      const byHand = traces[by]["by-hand"][index]!;
      expect(byHand.some((frame) => /^(?:run|send) /.test(frame))).toBe(true);
      const ours = traces[by][lowering][index];
      const expected = differs?.[lowering]?.frames;
      expect(ours).toEqual(expected ?? byHand);
      if (expected !== undefined) expect(byHand).not.toEqual(expected); // a difference that is none is taken out
    });
  });
});
