import { Abrupt, type Run } from "./completion.ts";
import { call } from "./interpret-call.ts";
import type { Program } from "./program.ts";
import { show, type World } from "./world.ts";

/** The reference: what a program does by the contract (S1-S5), by a walk over its tree. It knows nothing of ticks. */
export function interpret(program: Program, world: World): void {
  const run: Run = { world, variables: new Map(), errors: new Map() };
  let result: string;
  try {
    result = `returned ${show(call(run, program))}`;
  } catch (abrupt) {
    if (!(abrupt instanceof Abrupt) || abrupt.completion.kind !== "throw") throw abrupt;
    result = `threw ${abrupt.completion.error}`;
  }
  world.end(result);
}
