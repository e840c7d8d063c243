import { compile, type compilers, type Lowering } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { lowerUsing } from "../harness/lower-using.ts";
import { tick } from "../harness/observe-fixture.ts";
import { interpret } from "./interpret.ts";
import { print } from "./print.ts";
import type { Program } from "./program.ts";
import { createTools, type Tools } from "./tools.ts";
import { type Fault, show, showError, type Value, World } from "./world.ts";

type Compiler = (typeof compilers)[keyof typeof compilers];

/** Runs a program, with a fault or without. */
export type Runner = (fault?: Fault) => Promise<World>;

/** A program as the transform compiles it. */
export function compiled(program: Program, lowering: Lowering, compiler: Compiler): Runner {
  return runnerOf(print(program), lowering, compiler);
}

export function runnerOf(text: string, lowering: Lowering, compiler: Compiler): Runner {
  const { code, diagnostics } = compile(text, {
    compiler,
    lowering,
    compilerOptions: { sourceMap: false },
  });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ messageText }) => messageText).join("\n"));
  return runner(code);
}

/** The same said with `using`, which is written out as the standard has it: engines differ from it (docs/comparison.md). */
export function saidWithUsing(program: Program, compiler: Compiler): Runner {
  const { code } = compile(lowerUsing(print(program, "using")), {
    compiler,
    transform: false,
    compilerOptions: { sourceMap: false },
  });
  return runner(code);
}

/** A program as the reference has it. */
export function interpreted(program: Program): Runner {
  return (fault) => {
    const world = new World(fault);
    interpret(program, world);
    return Promise.resolve(world);
  };
}

function runner(code: string): Runner {
  const main = evaluate(code).main as (tools: Tools) => Value | Promise<Value>;
  return async (fault) => {
    const world = new World(fault);
    const end = (result: string): void => world.end(result);
    try {
      const result = main(createTools(world));
      if (result instanceof Promise) await settle(result, world);
      else end(`returned ${show(result)}`);
    } catch (error) {
      end(`threw ${showError(error)}`);
    }
    return world;
  };
}

/** Notes each turn of the microtask queue until the promise is settled. @returns and throws what it does. */
async function settle(promise: Promise<Value>, world: World): Promise<void> {
  let isSettled = false;
  promise.then(
    (value) => {
      isSettled = true;
      world.end(`returned ${show(value)}`);
    },
    (error: unknown) => {
      isSettled = true;
      world.end(`threw ${showError(error)}`);
    },
  );
  for (let ticks = 0; !isSettled; ticks++) {
    if (ticks === 20_000) throw new Error("never settled"); // nothing that a program waits for takes so long
    world.note(tick);
    await undefined;
  }
}
