import { compile, type compilers } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { interpret } from "./interpret.ts";
import { print, type Style } from "./print.ts";
import type { Program } from "./program.ts";
import { createTools, type Tools } from "./tools.ts";
import { show, showError, type Value, World } from "./world.ts";

type Compiler = (typeof compilers)[keyof typeof compilers];

/** Runs a program; told which step is to fail, if one is. */
export type Runner = (failAt?: number) => World;

/** A program as the transform compiles it, or said with `using` as the compiler alone does. */
export function compiled(program: Program, style: Style, compiler: Compiler): Runner {
  return runnerOf(print(program, style), style, compiler);
}

export function runnerOf(text: string, style: Style, compiler: Compiler): Runner {
  const { code, diagnostics } = compile(text, {
    compiler,
    transform: style === "raii",
    compilerOptions: { sourceMap: false },
  });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ messageText }) => messageText).join("\n"));
  const main = evaluate(code).main as (tools: Tools) => Value;
  return (failAt) => {
    const world = new World(failAt);
    let result: string;
    try {
      result = `returned ${show(main(createTools(world)))}`;
    } catch (error) {
      result = `threw ${showError(error)}`;
    }
    world.end(result);
    return world;
  };
}

/** A program as the reference has it. */
export function interpreted(program: Program): Runner {
  return (failAt) => {
    const world = new World(failAt);
    interpret(program, world);
    return world;
  };
}
