import fc from "fast-check";
import { describe, it } from "vitest";
import { compilers, lowerings } from "../harness/compile.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { flatPrograms, sayableFlatPrograms } from "./arbitrary-flat.ts";
import { expectSame, expectUnbroken } from "./expect-same.ts";
import { compiled, interpreted, saidWithUsing } from "./observe.ts";
import type { Fault } from "./world.ts";

const compiler = compilers["TypeScript 6"];
/** Twelve steps fail in turn, or are closed where they are a yield. */
const faults: (Fault | undefined)[] = [undefined];
for (let step = 1; step <= 12; step++) faults.push({ step, is: "failed" }, { step, is: "closed" });

describe.each(lowerings)("resources in one scope under the %s lowering", (lowering) => {
  it(
    "S1-S5: whichever step fails or is closed, the trace is that of the reference",
    { timeout },
    async () => {
      await fc.assert(
        fc.asyncProperty(flatPrograms(), async (program) => {
          const run = compiled(program, lowering, compiler);
          for (const fault of faults)
            expectUnbroken(program, await expectSame(run, interpreted(program), "events", fault));
        }),
        parameters(0.25),
      );
    },
  );

  it("S8: whichever step fails or is closed, the ticks are those of `using`", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(sayableFlatPrograms(), async (program) => {
        const run = compiled(program, lowering, compiler);
        const standard = saidWithUsing(program, compiler);
        for (const fault of faults) await expectSame(run, standard, "ticks", fault);
      }),
      parameters(0.25),
    );
  });
});
