import { completing, type Completion, normal, type Run, step, type Steps, thrown } from "./completion.ts";
import { evaluate } from "./interpret-expression.ts";
import { acquire, open, type Opened, type Owners, owning, take } from "./interpret-scope.ts";
import { inBlock, isMeant } from "./interpret-statement.ts";
import { streamOf, type StreamTraits } from "./kinds.ts";
import type { Loop } from "./program.ts";
import type { World } from "./world.ts";

/** @param owners those of the head: what it acquires belongs to the loop as a whole. */
export function* interpretLoop(run: Run, node: Loop, owners: Owners): Steps<Completion> {
  const { world, variables } = run;
  if (node.head === "stream") {
    yield* evaluate(run, node.value, owners);
    return yield* overStream(run, node, owners, streamOf(node.stream));
  }
  if (node.head === "ofUsing" && node.isStream) {
    return yield* overStream(run, node, owners, streamOf("iterated"));
  }
  if (node.head === "of") yield* evaluate(run, node.value, owners);
  else if ("acquisition" in node && node.head !== "ofUsing") {
    const { acquisition } = node;
    const owner = node.head === "var" ? owners.function : owners.block;
    variables.set(acquisition.site, yield* acquire(run, acquisition, owner, owners));
  }
  const completion = yield* completing(iterations(run, node, owners));
  if (node.head === "of" || node.head === "ofUsing") world.note(`end ${node.site}`);
  return completion;
}

function* iterations(run: Run, node: Loop, owners: Owners): Steps<Completion> {
  const { world, variables } = run;
  const isCounted = node.head === "of" || node.head === "ofUsing" || node.head === "let";
  for (let i = 0; ; i++) {
    const isFirstOfDo = node.head === "do" && i === 0;
    if (!isFirstOfDo && !(isCounted ? i < node.times : world.more(node.site, node.times))) return normal;
    if (isCounted) variables.set(node.site, i);
    const opened = node.head === "ofUsing" ? open(world, node.acquisition) : undefined;
    const end = goesOn(node, yield* iterate(run, node, owners, opened));
    if (end !== undefined) return end;
  }
}

/** @returns how the loop ends, if the iteration ends it. */
function goesOn({ label }: Loop, completion: Completion): Completion | undefined {
  if (completion.kind === "continue" && isMeant(completion.label, label, true)) return undefined;
  return completion.kind === "normal" ? undefined : completion;
}

function iterate(run: Run, node: Loop, owners: Owners, opened: Opened): Steps<Completion> {
  const { statements } = node.body;
  if (node.head !== "ofUsing") return inBlock(run, statements, owners);
  const { acquisition } = node;
  return owning(run.world, function* (block) {
    run.variables.set(acquisition.site, take(acquisition, opened, block));
    return yield* inBlock(run, statements, { ...owners, block });
  });
}

/** A `for await`: only one that is left before its end closes what it goes over. */
function* overStream(run: Run, node: Loop, owners: Owners, stream: StreamTraits): Steps<Completion> {
  if (stream.by === "number") throw thrown("TypeError");
  for (let i = 0; advance(run.world, node, stream, i); i++) {
    run.variables.set(node.site, i);
    const opened = node.head === "ofUsing" ? open(run.world, node.acquisition) : undefined;
    const end = goesOn(node, yield* completing(iterate(run, node, owners, opened)));
    if (end === undefined) continue;
    const closed = yield* completing(close(run.world, node, stream));
    return closed.kind === "normal" || end.kind === "throw" ? end : closed;
  }
  return normal;
}

/** @returns whether there is one more iteration. */
function advance(world: World, { site, times }: Loop, { by, fails }: StreamTraits, i: number): boolean {
  const isLast = i === times - 1;
  const endOfGenerator = (): void => {
    world.note(`end ${site}`);
    if (by === "async generator") step(world);
  };
  switch (by) {
    case "async generator": {
      const failure = i < times ? world.step() : undefined;
      if (i === times || failure !== undefined) endOfGenerator();
      if (failure !== undefined) throw thrown(`Error: ${failure}`);
      break;
    }
    case "promises":
      if (fails === "value rejects" && isLast) throw thrown(`Error: value ${site}`);
      if (fails === undefined && i === times) endOfGenerator();
      break;
    default:
      world.note(`next ${site}`);
      step(world);
      if (isLast && fails?.startsWith("next")) throw failureOf(fails, site);
  }
  return i < times;
}

function* close(world: World, { site }: Loop, { by, fails }: StreamTraits): Steps<Completion> {
  if (by === "endless" || fails === "value rejects") return normal;
  world.note(by === "iterator" ? `return ${site}` : `end ${site}`);
  if (by !== "promises") step(world);
  if (fails?.startsWith("return")) throw failureOf(fails, site);
  return normal;
}

/** How `next` or `return` fails by itself. */
function failureOf(fails: string, site: string) {
  return thrown(fails.endsWith("gives no result") ? "TypeError" : `Error: ${fails.split(" ")[0]} ${site}`);
}
