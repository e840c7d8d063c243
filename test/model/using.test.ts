import fc from "fast-check";
import { describe, it } from "vitest";
import { compilers, lowerings } from "../harness/compile.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { programs } from "./arbitrary-program.ts";
import { expectSame } from "./expect-same.ts";
import { compiled, interpreted, saidWithUsing } from "./observe.ts";

describe.each([
  ["TypeScript 6", 0.4],
  ["TypeScript 5.9", 0.05],
] as const)("random programs that `using` can say, %s", (name, share) => {
  it("S1-S4, S8: what happens, and when, is what `using` and `await using` do", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(programs({ sayable: true }), async (program) => {
        const standard = saidWithUsing(program, compilers[name]);
        for (const lowering of lowerings) {
          await expectSame(compiled(program, lowering, compilers[name]), standard, "ticks");
        }
        await expectSame(standard, interpreted(program), "events");
      }),
      parameters(share),
    );
  });
});
