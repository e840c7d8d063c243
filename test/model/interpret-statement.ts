import { completing, type Completion, normal, type Run, step, type Steps, thrown } from "./completion.ts";
import { call, delegate } from "./interpret-call.ts";
import { evaluate } from "./interpret-expression.ts";
import { interpretLoop } from "./interpret-loop.ts";
import { acquire, type Owners, owning } from "./interpret-scope.ts";
import type { Body, Statement } from "./program.ts";
import { type Handle, show, type Value } from "./world.ts";

export function* runAll(run: Run, statements: readonly Statement[], owners: Owners): Steps<Completion> {
  for (const statement of statements) {
    const completion = yield* completing(execute(run, statement, owners));
    if (completion.kind !== "normal") return completion;
  }
  return normal;
}

export function inBlock(run: Run, statements: readonly Statement[], owners: Owners): Steps<Completion> {
  return owning(run.world, (block) => runAll(run, statements, { ...owners, block }));
}

/** Not that of a loop, which is a block with or without braces. */
function inBody(run: Run, { isBraced, statements }: Body, owners: Owners): Steps<Completion> {
  return isBraced ? inBlock(run, statements, owners) : runAll(run, statements, owners);
}

function* execute(run: Run, node: Statement, owners: Owners): Steps<Completion> {
  const { world, variables, errors } = run;
  switch (node.kind) {
    case "log":
      return say(run, node.text, yield* evaluate(run, node.value, owners));
    case "show":
      world.note(`show ${show(variables.get(node.name))}`);
      return normal;
    case "later": {
      const value = variables.get(node.name);
      world.laters.push(() => value);
      return normal;
    }
    case "declare": {
      const { acquisition, form } = node;
      const owner = form === "var" ? owners.function : owners.block;
      const handle = yield* acquire(run, acquisition, owner, owners);
      const isTaken = form === "destructured";
      if (isTaken && (handle === null || handle === undefined)) throw thrown("TypeError");
      variables.set(acquisition.site, isTaken ? (handle as Handle).name : handle);
      return normal;
    }
    case "throw":
      throw thrown(node.text === undefined ? "thrown undefined" : `Error: ${node.text}`);
    case "rethrow":
      throw thrown(errors.get(node.name)!);
    case "return": {
      const value = yield* evaluate(run, node.value, owners);
      if (node.as === "object") return { kind: "return", value: { made: `object of ${show(value)}` } };
      if (node.as !== "rejected") return { kind: "return", value };
      const rejection = `Error: ${node.site}`;
      if (owners.frame.awaitsReturn) throw thrown(rejection);
      return { kind: "return", value, rejection };
    }
    case "jump":
      return { kind: node.how, label: node.label };
    case "super": {
      const value = yield* evaluate(run, node.value, owners);
      const completion = say(run, "super", value);
      owners.frame.hasThis = true;
      return completion;
    }
    case "block":
      return leaving(yield* inBody(run, node.body, owners), node.label, false);
    case "if": {
      yield* evaluate(run, node.value, owners);
      const branch = world.when(node.condition) ? node.yes : node.no;
      return branch === undefined ? normal : yield* inBody(run, branch, owners);
    }
    case "loop": {
      const end = yield* owning(world, (block) => interpretLoop(run, node, { ...owners, block }));
      return leaving(end, node.label, true);
    }
    case "switch": {
      yield* evaluate(run, node.value, owners);
      const end = yield* owning(world, (block) => choose(run, node, { ...owners, block }));
      return leaving(end, node.label, true);
    }
    case "try":
      return yield* attempt(run, node, owners);
    case "call": {
      const { callee, isDelegated } = node;
      return say(run, callee.name, isDelegated ? yield* delegate(run, callee) : call(run, callee));
    }
  }
}

function say({ world }: Run, text: string, value: Value): Completion {
  world.note(`${text} ${show(value)}`);
  step(world);
  return normal;
}

/** A statement that a `break` can be meant for ends normally by it. */
function leaving(completion: Completion, label: string | undefined, withoutLabel: boolean): Completion {
  return completion.kind === "break" && isMeant(completion.label, label, withoutLabel) ? normal : completion;
}

export function isMeant(
  meant: string | undefined,
  label: string | undefined,
  withoutLabel: boolean,
): boolean {
  return meant === undefined ? withoutLabel : meant === label;
}

function* choose(
  run: Run,
  { wanted, clauses }: Statement & { kind: "switch" },
  owners: Owners,
): Steps<Completion> {
  let from = -1;
  for (const [index, { test }] of clauses.entries()) {
    if (test === undefined) continue;
    yield* evaluate(run, test, owners);
    if (index !== wanted) continue;
    from = index;
    break;
  }
  if (from === -1) from = clauses.findIndex(({ test }) => test === undefined);
  if (from === -1) return normal;
  const reached = clauses.slice(from).flatMap(({ statements }) => statements);
  return yield* runAll(run, reached, owners);
}

function* attempt(
  run: Run,
  { block, handler, finalizer }: Statement & { kind: "try" },
  owners: Owners,
): Steps<Completion> {
  let completion = yield* inBlock(run, block, owners);
  if (completion.kind === "throw" && handler !== undefined) {
    run.world.note(`caught ${completion.error}`);
    run.errors.set(handler.name, completion.error);
    completion = yield* inBlock(run, handler.statements, owners);
  }
  if (finalizer === undefined) return completion;
  const last = yield* inBlock(run, finalizer, owners);
  return last.kind === "normal" ? completion : last;
}
