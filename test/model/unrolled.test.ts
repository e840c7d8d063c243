import fc from "fast-check";
import { expect, it } from "vitest";
import { compile, compilers } from "../harness/compile.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { programs } from "./arbitrary-program.ts";
import { expectSame } from "./expect-same.ts";
import { runnerOf } from "./observe.ts";
import { print } from "./print.ts";

// What can name anything keeps each scope of its file from being unrolled.
const notUnrolled = "\nexport const anything = () => eval('1');\n";

it("random programs: unrolled or not, a scope does the same, tick by tick", { timeout }, async () => {
  const met = { unrolled: 0, "unrolled, asynchronous": 0, "not unrolled": 0 };
  await fc.assert(
    fc.asyncProperty(programs(), async (program) => {
      const text = print(program);
      const { code } = compile(text, { lowering: "inline", compilerOptions: { sourceMap: false } });
      met.unrolled += code.match(/\.\s*hold\(/g)?.length ?? 0;
      met["unrolled, asynchronous"] += code.match(/\bAsyncScope\(\)\)\.fail\(/g)?.length ?? 0;
      met["not unrolled"] += code.match(/\.scope\(\)/g)?.length ?? 0;
      const compiler = compilers["TypeScript 6"];
      await expectSame(
        runnerOf(text, "inline", compiler),
        runnerOf(text + notUnrolled, "inline", compiler),
        "ticks",
      );
    }),
    parameters(1),
  );
  const { numRuns } = parameters(0.1);
  expect(met.unrolled).toBeGreaterThan(numRuns);
  expect(met["unrolled, asynchronous"]).toBeGreaterThan(numRuns);
  expect(met["not unrolled"]).toBeGreaterThan(numRuns);
});
