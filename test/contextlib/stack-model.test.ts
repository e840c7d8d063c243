import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maybeAsync } from "../../runtime/compose/maybe-async.ts";
import {
  acquire,
  acquireAsync,
  AsyncExitStack,
  awaited,
  type Exit,
  ExitStack,
  resource,
  run,
  runAsync,
} from "../../runtime/index.ts";
import { shapeOf, type Trace } from "../runtime/traced.ts";
import { end, onStack, partsOf, release, type World } from "./on-stack.ts";
import { arbitraryStackProgram, type StackProgram } from "./stack-program.ts";

/** The same without stacks: one `run` for each resource, nested. What a release enters is outside of it, and empty till then. */
interface Runner {
  run(program: () => Generator<any, unknown, any>): unknown;
  acquire(resource: any): Generator<any, unknown, any>;
  wait(value: unknown): Generator<any, unknown, any>;
}
const sync: Runner = {
  run,
  acquire,
  *wait(value) {
    return value;
  },
};
const async: Runner = { run: runAsync, acquire: acquireAsync, wait: awaited };

function nested({ steps, ends }: StackProgram, world: World, runner: Runner, i = 0): unknown {
  const step = steps[i];
  if (step === undefined) return end(ends);
  const lateId = `${i} late`;
  let hasEntered = false;
  const late = resource(
    () => {},
    (_, exit) => void (hasEntered && release(world, lateId, step.enters!, exit)),
  );
  const { acquire, release: leave } = partsOf(world, `${i}`, step, () => {
    if (step.enters !== undefined) hasEntered = world.trace.push(`+${lateId}`) > 0;
  });
  return runner.run(function* () {
    yield* runner.acquire(late);
    return yield* runner.wait(
      runner.run(function* () {
        try {
          if (step.as === "disposable") {
            yield* runner.wait(acquire());
            const untold = () => leave({ kind: "succeeded" });
            yield* runner.acquire({ [step.takesTime ? Symbol.asyncDispose : Symbol.dispose]: untold });
          } else yield* runner.acquire(resource(acquire, (_, exit) => leave(exit)));
        } catch (error) {
          world.trace.push(`caught ${String(error)}`);
        }
        return yield* runner.wait(nested({ steps, ends }, world, runner, i + 1));
      }),
    );
  });
}

function show(error: unknown): string {
  return JSON.stringify(shapeOf(error), (_, each: unknown) => {
    if (each instanceof Error) return each.cause ? { [each.message]: shapeOf(each.cause) } : each.message;
    return each === undefined ? "undefined" : each;
  });
}

const tell = (exit: Exit) => (exit.kind === "failed" ? `failed ${show(exit.error)}` : exit.kind);

function observe(call: (world: World) => unknown): Trace {
  const trace: Trace = [];
  try {
    trace.push(`returned ${String(call({ trace, tell }))}`);
  } catch (error) {
    trace.push(`threw ${show(error)}`);
  }
  return trace;
}

async function observeAsync(call: (world: World) => unknown): Promise<Trace> {
  const trace: Trace = [];
  try {
    trace.push(`returned ${String(await call({ trace, tell }))}`);
  } catch (error) {
    trace.push(`threw ${show(error)}`);
  }
  return trace;
}

/**
 * A scope whose releases failed, and one of them suppressed that, has no result. To the function that uses a stack, as with
 * Python's, that is an affair among the releases of the stack, and its result stays.
 */
const comparable = ({ ends }: StackProgram, trace: Trace) =>
  ends === "returns" ? trace.map((line) => line.replace(/^returned (result|undefined)$/, "returned")) : trace;

describe("property 8: a stack behaves as nested scopes, one for each thing it holds", () => {
  it("ExitStack, run and closed", () => {
    fc.assert(
      fc.property(arbitraryStackProgram(fc.constant(false)), (program) => {
        const expected = observe((world) => nested(program, world, sync));
        const onRun = observe((world) =>
          ExitStack.run((stack) => maybeAsync(onStack(program, world, stack)) as string),
        );
        expect(comparable(program, onRun)).toEqual(comparable(program, expected));
        if (program.ends !== "returns") return;
        const onClose = observe((world) => {
          const stack = new ExitStack();
          const result = maybeAsync(onStack(program, world, stack));
          stack.close();
          return result;
        });
        expect(comparable(program, onClose)).toEqual(comparable(program, expected));
      }),
      { numRuns: 1000 },
    );
  });

  it("AsyncExitStack, run and closed", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryStackProgram(fc.boolean()), async (program) => {
        const expected = await observeAsync((world) => nested(program, world, async));
        const onRun = await observeAsync((world) =>
          AsyncExitStack.run((stack) => maybeAsync(onStack(program, world, stack))),
        );
        expect(comparable(program, onRun)).toEqual(comparable(program, expected));
        if (program.ends !== "returns") return;
        const onClose = await observeAsync(async (world) => {
          const stack = new AsyncExitStack();
          const result = await maybeAsync(onStack(program, world, stack));
          await stack.close();
          return result;
        });
        expect(comparable(program, onClose)).toEqual(comparable(program, expected));
      }),
      { numRuns: 500 },
    );
  });
});
