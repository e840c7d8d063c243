import { expect } from "vitest";
import type { Steps } from "../../runtime/compose/maybe-async.ts";
import { AsyncExitStack, type Exit, type ExitStack, resource } from "../../runtime/index.ts";
import { ticks } from "../runtime/traced.ts";
import type { Behaviour, StackProgram, Step } from "./stack-program.ts";

/** Where it is noted what happens, and how it is noted what a release was told. */
export interface World {
  readonly trace: string[];
  tell(exit: Exit): string;
}

/** Notes what a release is told, and does what it is to do. */
export function release({ trace, tell }: World, id: string, what: Behaviour, exit: Exit): void {
  const error = exit.kind === "failed" ? exit.error : undefined;
  trace.push(`-${id} ${tell(exit)}`);
  if (what === "throws") throw new Error(id);
  if (what === "throws with the cause") throw new Error(id, { cause: error });
  if (exit.kind !== "failed") return;
  if (what === "rethrows") throw error;
  if (what === "suppresses") exit.suppress();
}

const later = <T>(step: Step, then: () => T): T | Promise<T> =>
  step.takesTime ? ticks(2).then(then) : then();

/** The two of `step` that do something: what acquires it, and what releases it once `enterMore` has been called. */
export function partsOf(world: World, id: string, step: Step, enterMore: () => void) {
  const isTold = step.as !== "disposable" && step.as !== "callback";
  return {
    acquire: () =>
      later(step, () => {
        world.trace.push(`+${id}${step.fails ? " fails" : ""}`);
        if (step.fails) throw new Error(`acquisition of ${id}`);
        return id;
      }),
    release: (exit: Exit) =>
      later(step, () => {
        enterMore();
        release(world, id, step.behaviour, isTold ? exit : { kind: "succeeded" });
      }),
  };
}

/** Runs a program on a stack, and on those it makes; of each step it is known which stack holds it now. */
export function* onStack<S extends ExitStack | AsyncExitStack>(
  { steps, ends }: StackProgram,
  world: World,
  stack: S,
): Steps<string> {
  let owners: { stack: S }[] = [];
  for (const [i, step] of steps.entries()) {
    const owner = { stack };
    const lateId = `${i} late`;
    const parts = partsOf(world, `${i}`, step, () => {
      if (step.enters === undefined) return;
      const late = resource(
        () => world.trace.push(`+${lateId}`),
        (_, exit) => release(world, lateId, step.enters!, exit),
      );
      owner.stack.enter(late);
    });
    const enter = (into: S, each: any): unknown =>
      into instanceof AsyncExitStack ? into.enterAsync(each) : into.enter(each);
    const told = resource(parts.acquire, (_, exit) => parts.release(exit));
    try {
      switch (step.as) {
        case "resource":
          expect(yield enter(stack, told)).toBe(`${i}`);
          break;
        case "stack of its own": {
          const own = new (stack.constructor as new () => S)();
          yield enter(own, told);
          yield enter(stack, own);
          owner.stack = own;
          break;
        }
        default: {
          yield parts.acquire();
          const untold = () => parts.release({ kind: "succeeded" });
          if (step.as === "push") (stack as AsyncExitStack).push(parts.release);
          else if (step.as === "callback") (stack as AsyncExitStack).callback(untold);
          else yield enter(stack, { [step.takesTime ? Symbol.asyncDispose : Symbol.dispose]: untold });
        }
      }
      if (step.as !== "stack of its own") owners.push(owner);
    } catch (error) {
      world.trace.push(`caught ${String(error)}`);
    }
    if (step.regroups) {
      const group = stack.popAll() as S;
      for (const each of owners) each.stack = group;
      owners = [];
      yield enter(stack, group);
    }
  }
  return end(ends);
}

/** The end of the body. */
export function end(ends: StackProgram["ends"]): string {
  if (ends === "throws") throw new Error("body");
  if (ends === "throws undefined") throw undefined;
  return "result";
}
