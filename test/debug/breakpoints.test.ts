import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../harness/sample.ts";
import { debugNode, fileOf, type NodeUnderDebugger } from "./debuggee.ts";
import type { Client } from "./debugger.ts";
import { braceDeviations } from "./deviations.ts";
import { linesOf } from "./lines.ts";
import { type Shape, shapes, type Variant, variants } from "./shapes.ts";

// Breakpoints, conditional ones, logpoints and `debugger` statements, in each kind of function, as by hand.

const tested = sample(shapes, 8).map((shape) => ({
  ...shape,
  text: shape.text.replace(
    /^( *)(if \(a|return |yield |this\.name |name\w* [+]?=|a\.use|names \+=|const name = )/m,
    "$1debugger; $2",
  ),
}));

/** Every line of the body that has code. */
function linesOfBody(shape: Shape): number[] {
  const { acquires, work } = linesOf(shape);
  const all = Array.from({ length: work.end - acquires + 1 }, (_, index) => acquires + index);
  return all.filter((line) => /[a-z]/.test(shape.text.split("\n")[line - 1]!.replace(/\/\/=.*/, "")));
}

/** The lines of the braces behind which something is released. */
function bracesOf({ text }: Shape): number[] {
  return text.split("\n").flatMap((each, index) => (/^\s*\}.*finally \{/.test(each) ? [index + 1] : []));
}

describe.each(["VS Code", "Chrome"] as const)("breakpoints as %s sets them", (client: Client) => {
  let node: NodeUnderDebugger;
  beforeAll(async () => {
    node = await debugNode(`debug-breakpoints-${client.replace(" ", "-")}`, tested, client);
  });
  afterAll(() => node.end());

  /** Runs a shape with a breakpoint. @returns the lines where it has stopped, for each stop that is of the breakpoint. */
  async function hits(
    shape: Shape,
    variant: Variant,
    line: number,
    condition?: string,
  ): Promise<(number | undefined)[]> {
    const session = node.debugger;
    const file = fileOf(shape.name, variant);
    const breakpoint = await session.setBreakpoint(`/${file}.js`, line, condition);
    const lines: (number | undefined)[] = [];
    await session.run(
      `subjects[${JSON.stringify(file)}].call()`,
      async ({ callFrames: [frame], hitBreakpoints }) => {
        if (hitBreakpoints?.includes(breakpoint.id)) lines.push(session.placeOf(frame!.location).line);
        return "resume";
      },
    );
    await session.removeBreakpoint(breakpoint);
    return lines;
  }

  describe.each(tested)("in: $name", (shape) => {
    it.each(variants.slice(1))("each line stops as by hand: %s", async (variant) => {
      for (const line of linesOfBody(shape)) {
        const stops = await hits(shape, variant, line);
        expect({ line, stops }).toEqual({ line, stops: await hits(shape, "by hand", line) });
      }
    });

    it.each(variants.slice(1))("the brace that releases stops as by hand: %s", async (variant) => {
      for (const line of bracesOf(shape)) {
        const byHand = await hits(shape, "by hand", line);
        expect(byHand).not.toEqual([]);
        const stops = await hits(shape, variant, line);
        const kind = stops.length === 0 ? "no stop" : "emitted code";
        const isKnown = braceDeviations.some(
          (each) => each.variants.includes(variant) && each.shapes.test(shape.name) && each.stops === kind,
        );
        const isEmitted = stops.every((each) => each === undefined);
        if (isKnown && isEmitted) continue;
        expect({ line, stops }).toEqual({ line, stops: byHand });
      }
    });

    it.each(variants.slice(1))(
      "a condition sees the variables, and a logpoint prints them: %s",
      async (variant) => {
        const { body } = linesOf(shape);
        const name = /const (a|each) =/.exec(shape.text)![1]!;
        const condition = `${name}.name === "a"`;
        const byHand = await hits(shape, "by hand", body, condition);
        expect(byHand).toContain(body);
        expect(await hits(shape, variant, body, condition)).toEqual(byHand);
        // A logpoint is a condition that prints, and does not hold.
        const { printed } = node.debugger;
        printed.length = 0;
        expect(await hits(shape, variant, body, `console.log("at", ${name}.name), false`)).toEqual([]);
        expect(printed).toContain("at a");
      },
    );

    it.each(variants.slice(1))("a debugger statement stops as by hand: %s", async (variant) => {
      const stops = async (each: Variant): Promise<(number | undefined)[]> => {
        const lines: (number | undefined)[] = [];
        const file = fileOf(shape.name, each);
        await node.debugger.run(
          `subjects[${JSON.stringify(file)}].call()`,
          async ({ callFrames: [frame] }) => {
            lines.push(node.debugger.placeOf(frame!.location).line);
            return "resume";
          },
        );
        return lines;
      };
      const byHand = await stops("by hand");
      expect(byHand).not.toEqual([]);
      expect(await stops(variant)).toEqual(byHand);
    });
  });
});
