import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { debugNode, type NodeUnderDebugger } from "./debuggee.ts";
import { linesOf } from "./lines.ts";
import { shapes } from "./shapes.ts";

// VS Code steps over what has no place in the source. Chrome shows it, as a line of the emitted file.

const tested = shapes.filter(({ name }) =>
  /^(sync function|no return|method|arrow function|throw)$/.test(name),
);

const withoutRepeats = (lines: readonly number[]): number[] =>
  lines.filter((line, index) => line !== lines[index - 1]);

describe("a debugger that does not step over emitted code", () => {
  let smart: NodeUnderDebugger;
  let plain: NodeUnderDebugger;
  beforeAll(async () => {
    smart = await debugNode("debug-smart", tested, "VS Code");
    plain = await debugNode("debug-plain", tested, "Chrome");
  });
  afterAll(() => {
    smart.end();
    plain.end();
  });

  describe.each(tested)("in: $name", (shape) => {
    it.each([...lowerings, "by hand"] as const)(
      "stops in it, and otherwise where the other one stops: %s",
      async (variant) => {
        const { calls } = linesOf(shape).call;
        // 0 is the emitted code.
        const stops = await plain.stops(shape, variant, calls, () => "into");
        // Chrome goes on where the next stop has the place of the last one.
        expect(withoutRepeats(stops.filter((line) => line !== 0))).toEqual(
          withoutRepeats(await smart.stops(shape, variant, calls, () => "into")),
        );
        expect(stops.includes(0)).toBe(variant !== "by hand");
      },
    );
  });
});
