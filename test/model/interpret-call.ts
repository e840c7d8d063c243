import { Abrupt, type Completion, type Run, type Steps, thrown } from "./completion.ts";
import { type Frame, owning } from "./interpret-scope.ts";
import { runAll } from "./interpret-statement.ts";
import type { Callee } from "./program.ts";
import type { Answer, Value } from "./world.ts";

/** Calls a function of any kind, and consumes the generator it gives. @returns its value, when it has been awaited. */
export function call(run: Run, callee: Callee): Value {
  const frame = frameOf(callee);
  const body = inFunction(run, callee, frame);
  let step = body.next(start);
  while (!step.done) step = body.next(run.world.answer(callee.name, callee.answers, step.value));
  return valueOf(callee, frame, step.value);
}

/**
 * `yield*`: the generator's yields are those of its caller. Where it ends by what its consumer has just told it, it has
 * told the caller, too.
 */
export function* delegate(run: Run, callee: Callee): Steps<Value> {
  const frame = frameOf(callee);
  const body = inFunction(run, callee, frame);
  let answer = start;
  let step = body.next(answer);
  while (!step.done) {
    answer = yield step.value;
    step = body.next(answer);
  }
  const value = valueOf(callee, frame, step.value);
  if (answer.kind === "return") throw new Abrupt({ kind: "return", value, isClosing: true });
  return value;
}

const start: Answer = { kind: "next", value: "" };

function frameOf({ kind, form }: Callee): Frame {
  return { hasThis: form !== "derived", awaitsReturn: kind === "async generator" };
}

function inFunction(run: Run, { statements }: Callee, frame: Frame): Steps<Completion> {
  return owning(run.world, (held) => runAll(run, statements, { block: held, function: held, frame }));
}

function valueOf({ name, kind }: Callee, { hasThis }: Frame, completion: Completion): Value {
  if (completion.kind === "throw") throw thrown(completion.error);
  if (completion.kind === "return") {
    if (completion.rejection !== undefined) throw thrown(completion.rejection);
    return completion.value;
  }
  if (kind !== "constructor") return undefined;
  if (!hasThis) throw thrown("ReferenceError");
  return { made: `made ${name}` };
}
