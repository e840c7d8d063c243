import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilers } from "../harness/compile.ts";
import { programs } from "./arbitrary-program.ts";
import { brokenInvariants } from "./invariants.ts";
import { compiled, interpreted, type Runner, runnerOf } from "./observe.ts";
import { type Flat, printBlocks, printFlat, printFunctions } from "./nesting.ts";
import { print } from "./print.ts";
import { resourceKinds } from "./program.ts";

/** RUNS=20000 is for a change to the lowering or the driver; SEED repeats what a failure has printed. */
const runs = Number(process.env.RUNS ?? 2000);
const parameters = (share: number): fc.Parameters<unknown> => ({
  numRuns: Math.ceil(runs * share),
  ...(process.env.SEED && { seed: Number(process.env.SEED) }),
});
const timeout = 60_000 + runs * 60;

function expectSame(actual: Runner, reference: Runner, failAt?: number): readonly string[] {
  const { trace } = actual(failAt);
  const expected = reference(failAt).trace;
  if (trace.join("\n") !== expected.join("\n")) {
    const at = failAt === undefined ? "" : ` when step ${failAt} fails`;
    throw new Error(`expected${at}:\n  ${expected.join("\n  ")}\ngot:\n  ${trace.join("\n  ")}`);
  }
  return trace;
}

describe.each([
  ["TypeScript 6", 1],
  ["TypeScript 5.9", 0.1],
] as const)("random programs, %s", (name, share) => {
  const compiler = compilers[name];

  it("S1-S5: the trace is that of the reference, and each acquisition is released once", { timeout }, () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const trace = expectSame(compiled(program, "raii", compiler), interpreted(program));
        expect(brokenInvariants(trace, !/\bvar /.test(print(program)))).toEqual([]);
      }),
      parameters(share),
    );
  });

  it("the trace is that of `using`, where that can say it", { timeout }, () => {
    fc.assert(
      fc.property(programs({ sayable: true }), (program) => {
        const run = compiled(program, "raii", compiler);
        expectSame(run, compiled(program, "using", compiler));
        expectSame(run, interpreted(program));
      }),
      parameters(share * 0.5),
    );
  });

  it("whichever step fails, the trace is that of the reference and nothing stays held", { timeout }, () => {
    fc.assert(
      fc.property(programs({ unfailing: true }), (program) => {
        const run = compiled(program, "raii", compiler);
        const isNested = !/\bvar /.test(print(program));
        const { steps } = run();
        for (let failAt = 0; failAt <= Math.min(steps, 100); failAt++) {
          expect(brokenInvariants(expectSame(run, interpreted(program), failAt), isNested)).toEqual([]);
        }
      }),
      parameters(share * 0.25),
    );
  });
});

describe("a flat body", () => {
  const flats: fc.Arbitrary<Flat> = fc.record({
    resources: fc.array(fc.constantFrom(...resourceKinds), { minLength: 1, maxLength: 6 }),
    ending: fc.constantFrom("", "return r0;", `throw new Error("body");`, "throw undefined;"),
  });

  it.each([
    ["functions", printFunctions],
    ["blocks", printBlocks],
  ])("property 8: behaves as nested %s of one resource each", { timeout }, (_, printNested) => {
    const compiler = compilers["TypeScript 6"];
    fc.assert(
      fc.property(flats, fc.nat(20), (flat, failAt) => {
        const run = runnerOf(printFlat(flat), "raii", compiler);
        expectSame(run, runnerOf(printNested(flat), "raii", compiler), failAt);
        expect(brokenInvariants(run(failAt).trace, true)).toEqual([]);
      }),
      parameters(0.15),
    );
  });
});
