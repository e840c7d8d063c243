import type { Form, Step } from "./program.ts";
import type { Trace } from "./world.ts";

/** One acquisition: which handle, and how it is released. */
interface Held {
  readonly id: number;
  readonly kind: "disposable" | "resource" | "async";
  /** It was acquired with `await`. */
  readonly isAwaited: boolean;
}

interface Owned {
  readonly held: Held;
  readonly isAsync: boolean;
}

type Completion = "ended" | "returned" | "failed";

/**
 * What a program must do. A scope is a list, a move takes the last entry with that handle out of the innermost list that
 * has one, and to acquire what was moved puts it at the end of another. There is nothing else to it.
 */
export function interpret(
  body: readonly Step[],
  form: Form,
): { readonly trace: Trace; readonly left: number } {
  const trace: Trace = [];
  const handles: { id: number; isDisposable: boolean }[] = [];
  const moves: Owned[] = [];
  const isAsync = form === "async";

  const end = call(body);
  if (end === "failed") trace.push("caught failure");
  return { trace, left: moves.length };

  function call(steps: readonly Step[]): Completion {
    return scope(steps, []);
  }

  /** Runs steps in a scope of their own, inside of those around it, and releases what it then holds. */
  function scope(steps: readonly Step[], around: readonly Held[][]): Completion {
    const own: Held[] = [];
    const scopes = [own, ...around];
    const completion = run(steps, scopes);
    for (const held of own.reverse()) release(held, completion);
    return completion;
  }

  function release({ id, kind }: Held, completion: Completion): void {
    const exit = completion === "failed" ? "failed" : "succeeded";
    trace.push(kind === "disposable" ? `-${id}` : `-${id} ${exit}`);
    if (kind === "async") trace.push(`-${id}.`);
  }

  function run(steps: readonly Step[], scopes: readonly Held[][]): Completion {
    for (const step of steps) {
      const completion = runStep(step, scopes);
      if (completion !== "ended") return completion;
    }
    return "ended";
  }

  function runStep(step: Step, scopes: readonly Held[][]): Completion {
    const owner = (isVar: boolean): Held[] => (isVar ? scopes.at(-1)! : scopes[0]!);
    switch (step.do) {
      case "acquire": {
        const id = handles.length;
        const kind = step.kind === "async" && !isAsync ? "resource" : step.kind;
        handles.push({ id, isDisposable: kind === "disposable" });
        owner(step.isVar).push({ id, kind, isAwaited: kind === "async" });
        trace.push(`+${id}`);
        return "ended";
      }
      case "acquire again": {
        const found = handles.filter(({ isDisposable }) => isDisposable).at(-1 - step.index);
        if (found === undefined) return "ended";
        owner(step.isVar).push({ id: found.id, kind: "disposable", isAwaited: false });
        trace.push(`again ${found.id}`);
        return "ended";
      }
      case "move": {
        const handle = handles.at(-1 - step.index);
        const holder = scopes.find((held) => held.some(({ id }) => id === handle?.id));
        const at = holder?.findLastIndex(({ id }) => id === handle!.id);
        if (holder === undefined) trace.push("refused");
        else if (holder[at!]!.isAwaited && !step.isAsync) trace.push("refused: async");
        else {
          moves.push({ held: holder.splice(at!, 1)[0]!, isAsync: step.isAsync });
          trace.push("moved");
        }
        return "ended";
      }
      case "take": {
        const found = moves.filter((each) => isAsync || !each.isAsync).at(-1 - step.index);
        if (found === undefined) trace.push("took nothing");
        else {
          moves.splice(moves.indexOf(found), 1);
          owner(step.isVar).push({ ...found.held, isAwaited: isAsync });
          trace.push(`took ${found.held.id}`);
        }
        return "ended";
      }
      case "block":
        return scope(step.body, scopes);
      case "loop": {
        const first = scope(step.body, scopes);
        return first === "ended" ? scope(step.body, scopes) : first;
      }
      case "caught":
      case "call": {
        const completion = step.do === "call" ? call(step.body) : scope(step.body, scopes);
        if (completion === "failed") trace.push("caught failure");
        return completion === "returned" && step.do === "caught" ? "returned" : "ended";
      }
      case "fail":
        return "failed";
      case "return":
        return "returned";
    }
  }
}
