import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { parameters } from "../harness/sample.ts";
import { arbitrarySteps, type Form, forms, print, type Step } from "./program.ts";
import { interpret } from "./reference.ts";
import { World } from "./world.ts";

// What random programs lose on purpose is not to be reported.
beforeEach(() => void vi.stubEnv("NODE_ENV", "production"));
afterEach(() => void vi.unstubAllEnvs());

async function run(code: string): Promise<World> {
  const world = new World();
  try {
    await evaluate(code).default(world);
  } catch (error) {
    world.caught(error);
  }
  return world;
}

/** Each acquisition, be it the first or that of what was moved, ends in one release, one move, or is held by nobody yet. */
function expectBalance(trace: readonly string[], left: number): void {
  const count = (pattern: RegExp): number => trace.filter((each) => pattern.test(each)).length;
  const acquired = count(/^(?:\+|again |took \d)/);
  expect(count(/^-\d+(?: |$)/) + count(/^moved/)).toBe(acquired);
  expect(count(/^moved/) - count(/^took \d/)).toBe(left);
}

describe("random moves", () => {
  describe.each(forms)("in each %s", (form: Form) => {
    it.each(lowerings)(
      "property 41: each is released once, by the scope that has it, in its order, %s lowering",
      async (lowering) => {
        const seen = { moved: 0, refused: 0, took: 0 };
        await fc.assert(
          fc.asyncProperty(arbitrarySteps(form), async (steps: readonly Step[]) => {
            const { code, diagnostics } = compile(print(steps, form), { lowering });
            expect(diagnostics).toEqual([]);
            const { trace, left } = await run(code);
            expect({ trace, left }).toEqual(interpret(steps, form));
            expectBalance(trace, left);
            for (const each of trace)
              for (const what of ["moved", "refused", "took"] as const)
                if (each.startsWith(`${what}`) && each !== "took nothing") seen[what]++;
          }),
          parameters(0.4),
        );
        // The programs do what they are about.
        for (const count of Object.values(seen)) expect(count).toBeGreaterThan(parameters(0.02).numRuns);
      },
    );
  });
});
