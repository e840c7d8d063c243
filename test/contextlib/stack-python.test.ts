import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maybeAsync } from "../../runtime/compose/maybe-async.ts";
import { AsyncExitStack, type Exit, ExitStack } from "../../runtime/index.ts";
import { isCombined, type Trace } from "../runtime/traced.ts";
import { onStack } from "./on-stack.ts";
import { arbitraryStackProgram, type StackProgram } from "./stack-program.ts";

const script = join(import.meta.dirname, "exit-stack.py");
const python = (input: string) => spawnSync("python3", [script], { input, encoding: "utf8" });
// Before 3.11 a stack told its releases exceptions in another form.
const hasPython =
  spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).status === 0;

/** The messages of an error and of those it came after, the latest first, as a chain of Python's exceptions has them. */
function chain(error: unknown): string[] {
  if (isCombined(error)) return [...chain(error.error), ...chain(error.suppressed)];
  const { message, cause } = error as Error;
  return cause ? [message, ...chain(cause)] : [message];
}

/** As Python notes it. */
const tell = (exit: Exit) => (exit.kind === "failed" ? chain(exit.error)[0]! : "None");

async function observe(call: (trace: Trace) => unknown): Promise<Trace> {
  const trace: Trace = [];
  try {
    trace.push(`returned ${String((await call(trace)) ?? "None")}`);
  } catch (error) {
    trace.push(`threw ${chain(error).join(" after ")}`);
  }
  return trace.map((line) => line.replace(/^caught Error: /, "caught "));
}

/** The same programs on both. A Disposable is what Python has no word for; a callback comes next to it. */
const arbitrary = fc
  .record({ program: arbitraryStackProgram(fc.boolean()), isAsync: fc.boolean() })
  .map(({ program: { steps, ends }, isAsync }) => ({
    steps: steps.map((step) => ({
      ...step,
      as: step.as === "disposable" ? ("callback" as const) : step.as,
      takesTime: isAsync && step.takesTime,
    })),
    ends: ends === "returns" ? ends : ("throws" as const),
    isAsync,
  }));

/**
 * Where the body has not failed, nothing is being handled while the stack of CPython 3.11 to 3.13 releases, and the second
 * exception is not linked to the first, as it is by nested `with` statements. There the latest one is compared.
 */
describe.skipIf(!hasPython)("differential: the stacks do what those of CPython do", () => {
  it("in the same order, telling releases the same, with the same chains of errors", async () => {
    const programs: (StackProgram & { isAsync: boolean })[] = fc.sample(arbitrary, 1000);
    const { stdout, stderr } = python(JSON.stringify(programs));
    expect(stderr).toBe("");
    const expected = JSON.parse(stdout) as Trace[];
    for (const [i, program] of programs.entries()) {
      const ours = await observe((trace) => {
        const world = { trace, tell };
        return program.isAsync
          ? AsyncExitStack.run((stack) => maybeAsync(onStack(program, world, stack)))
          : ExitStack.run((stack) => maybeAsync(onStack(program, world, stack)) as string);
      });
      const comparable = (trace: Trace) =>
        program.ends === "throws" ? trace : trace.map((line) => line.replace(/ after .*/, ""));
      expect({ program, trace: comparable(ours) }).toEqual({ program, trace: comparable(expected[i]!) });
    }
  });

  it("the comparison sees failures, suppression and chains", () => {
    const step = { as: "push", takesTime: false, fails: false, regroups: false } as const;
    const steps = [
      { ...step, behaviour: "throws" },
      { ...step, behaviour: "suppresses" },
      { ...step, behaviour: "throws" },
    ];
    const { stdout } = python(JSON.stringify([{ steps, ends: "throws", isAsync: false }]));
    const trace = ["+0", "+1", "+2", "-2 body", "-1 2", "-0 None", "threw 0"];
    expect(JSON.parse(stdout)).toEqual([trace]);
    const { stdout: chained } = python(
      JSON.stringify([{ steps: [steps[0], steps[2]], ends: "throws", isAsync: true }]),
    );
    expect(JSON.parse(chained)).toEqual([["+0", "+1", "-1 body", "-0 1", "threw 0 after 1 after body"]]);
  });
});
