import fc from "fast-check";
import { describe, it } from "vitest";
import { compilers } from "../harness/compile.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { programs } from "./arbitrary-program.ts";
import { expectSame, expectUnbroken } from "./expect-same.ts";
import { compiled, interpreted } from "./observe.ts";
import type { Fault, World } from "./world.ts";

/** Each step failing, and each yield closed. */
function faultsOf({ steps, yields }: World): Fault[] {
  const failed = Array.from({ length: steps }, (_, index): Fault => ({ step: index + 1, is: "failed" }));
  const closed = yields.map((step): Fault => ({ step, is: "closed" }));
  return [...failed, ...closed].filter(({ step }) => step <= 60);
}

describe.each([
  ["TypeScript 6", 0.15],
  ["TypeScript 5.9", 0.02],
] as const)("random programs in which nothing fails by itself, %s", (name, share) => {
  it("whichever step fails or is closed, the trace is that of the reference", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(programs({ unfailing: true }), async (program) => {
        const inline = compiled(program, "inline", compilers[name]);
        const lowered = compiled(program, "program", compilers[name]);
        const reference = interpreted(program);
        for (const fault of [undefined, ...faultsOf(await reference())]) {
          expectUnbroken(program, await expectSame(inline, reference, "events", fault));
          await expectSame(lowered, inline, "ticks", fault);
        }
      }),
      parameters(share),
    );
  });
});
