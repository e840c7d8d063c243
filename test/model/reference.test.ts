import fc from "fast-check";
import { describe, it } from "vitest";
import { compilers } from "../harness/compile.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { programs } from "./arbitrary-program.ts";
import { expectSame, expectUnbroken } from "./expect-same.ts";
import { compiled, interpreted } from "./observe.ts";

describe.each([
  ["TypeScript 6", 1],
  ["TypeScript 5.9", 0.1],
] as const)("random programs, %s", (name, share) => {
  it(
    "S1-S5: the trace is that of the reference, under each lowering, tick by tick",
    { timeout },
    async () => {
      await fc.assert(
        fc.asyncProperty(programs(), async (program) => {
          const inline = compiled(program, "inline", compilers[name]);
          expectUnbroken(program, await expectSame(inline, interpreted(program), "events"));
          await expectSame(compiled(program, "program", compilers[name]), inline, "ticks");
        }),
        parameters(share),
      );
    },
  );
});
