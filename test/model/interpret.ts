import type { Acquisition, Body, Expression, Loop, Program, ResourceKind, Statement } from "./program.ts";
import { combined, type Handle, show, type Value, type World } from "./world.ts";

/** How a statement ends; an error is what the trace shows of it. */
type Completion =
  | { readonly kind: "normal" }
  | { readonly kind: "return"; readonly value: Value }
  | { readonly kind: "throw"; readonly error: string }
  | { readonly kind: "break" | "continue"; readonly label: string | undefined };

interface Held {
  readonly resource: ResourceKind;
  readonly handle: Handle;
}

/** Who owns what is acquired: the innermost block, or for a `var` the function. */
interface Owners {
  readonly block: Held[];
  readonly function: Held[];
}

class Thrown {
  constructor(readonly error: string) {}
}

const normal: Completion = { kind: "normal" };

/** The reference: what a program does by the contract (S1-S5), by a walk over its tree. */
export function interpret(program: Program, world: World): void {
  const variables = new Map<string, Value>(); // every name is unique
  const errors = new Map<string, string>();
  const end = inFunction(program.body);
  if (end.kind === "throw") world.end(`threw ${end.error}`);
  else world.end(`returned ${show(end.kind === "return" ? end.value : undefined)}`);

  function inFunction(statements: readonly Statement[]): Completion {
    return owning((held) => run(statements, { block: held, function: held }));
  }

  function inBlock(statements: readonly Statement[], owners: Owners): Completion {
    return owning((block) => run(statements, { ...owners, block }));
  }

  /** Not that of a loop, which is a block with or without braces. */
  function inBody({ isBraced, statements }: Body, owners: Owners): Completion {
    return isBraced ? inBlock(statements, owners) : run(statements, owners);
  }

  /** Runs what owns a scope of its own, and releases what the scope holds in the end. */
  function owning(body: (held: Held[]) => Completion): Completion {
    const held: Held[] = [];
    let completion = completing(() => body(held));
    for (let last = held.pop(); last !== undefined; last = held.pop()) completion = release(last, completion);
    return completion;
  }

  /** S4, S5: what one release makes of the completion that it is told. */
  function release({ resource, handle }: Held, told: Completion): Completion {
    const isTold = !/^(plain|failing|failingUndefined)$/.test(resource);
    const exit = told.kind === "throw" ? `failed ${told.error}` : "succeeded";
    handle.isOpen = false;
    world.note(`-${handle.name}${isTold ? ` ${exit}` : ""}`);
    const fail = (error: string): Completion => ({
      kind: "throw",
      error: told.kind === "throw" ? combined(error, told.error) : error,
    });
    const failure = world.step();
    if (failure !== undefined) return fail(`Error: ${failure}`);
    if (/^(failing|awareFailing)$/.test(resource)) return fail(`Error: release ${handle.name}`);
    if (resource === "failingUndefined") return fail("thrown undefined");
    if (told.kind !== "throw") return told;
    if (resource === "replacing") return fail(`Error: release ${handle.name}`);
    return resource === "suppressing" || resource === "suppressingManager" ? normal : told;
  }

  function acquire({ resource, site }: Acquisition, owner: Held[]): Value {
    const count = world.count(site);
    if (resource === "nothing") return count % 2 === 0 ? null : undefined;
    const name = `${site}.${count}`;
    const failure = world.step();
    const refused = /^(unopenable|unacquirable|noResource)$/.test(resource);
    world.note(`${refused || failure !== undefined ? "!" : "+"}${name}`);
    if (failure !== undefined) throw new Thrown(`Error: ${failure}`);
    if (refused) throw new Thrown(resource === "noResource" ? "TypeError" : `Error: open ${name}`);
    const handle: Handle = { name, isOpen: true };
    owner.push({ resource, handle });
    return handle;
  }

  function evaluate(node: Expression, owners: Owners): Value {
    switch (node.kind) {
      case "text":
        return node.text;
      case "acquire":
        return acquire(node, owners.block);
      case "both": {
        const left = evaluate(node.left, owners);
        return `${show(left)}&${show(evaluate(node.right, owners))}`;
      }
      case "and":
        return world.when(node.condition) && evaluate(node.right, owners);
      case "choose":
        return evaluate(world.when(node.condition) ? node.yes : node.no, owners);
      case "coalesce":
        return evaluate(node.left, owners) ?? evaluate(node.right, owners);
    }
  }

  function completing(body: () => Completion): Completion {
    try {
      return body();
    } catch (thrown) {
      if (thrown instanceof Thrown) return { kind: "throw", error: thrown.error };
      throw thrown;
    }
  }

  function run(statements: readonly Statement[], owners: Owners): Completion {
    for (const statement of statements) {
      const completion = completing(() => execute(statement, owners));
      if (completion.kind !== "normal") return completion;
    }
    return normal;
  }

  function execute(node: Statement, owners: Owners): Completion {
    switch (node.kind) {
      case "log":
        return say(node.text, evaluate(node.value, owners));
      case "show":
        world.note(`show ${show(variables.get(node.name))}`);
        return normal;
      case "later": {
        const value = variables.get(node.name);
        world.laters.push(() => value);
        return normal;
      }
      case "declare": {
        const handle = acquire(node.acquisition, node.form === "var" ? owners.function : owners.block);
        if (node.form === "destructured" && (handle === null || handle === undefined))
          throw new Thrown("TypeError");
        variables.set(node.acquisition.site, node.form === "destructured" ? (handle as Handle).name : handle);
        return normal;
      }
      case "throw":
        throw new Thrown(node.text === undefined ? "thrown undefined" : `Error: ${node.text}`);
      case "rethrow":
        throw new Thrown(errors.get(node.name)!);
      case "return":
        return { kind: "return", value: evaluate(node.value, owners) };
      case "jump":
        return { kind: node.how, label: node.label };
      case "block":
        return leaving(inBody(node.body, owners), node.label, false);
      case "if": {
        evaluate(node.value, owners);
        const branch = world.when(node.condition) ? node.yes : node.no;
        return branch === undefined ? normal : inBody(branch, owners);
      }
      case "loop":
        return leaving(
          owning((block) => loop(node, { ...owners, block })),
          node.label,
          true,
        );
      case "switch": {
        evaluate(node.value, owners);
        return leaving(
          owning((block) => choose(node, { ...owners, block })),
          node.label,
          true,
        );
      }
      case "try":
        return attempt(node, owners);
      case "call": {
        const completion = inFunction(node.statements);
        if (completion.kind === "throw") return completion;
        return say(node.name, completion.kind === "return" ? completion.value : undefined);
      }
    }
  }

  function say(text: string, value: Value): Completion {
    world.note(`${text} ${show(value)}`);
    const failure = world.step();
    return failure === undefined ? normal : { kind: "throw", error: `Error: ${failure}` };
  }

  /** A statement that a `break` can be meant for ends normally by it. */
  function leaving(completion: Completion, label: string | undefined, withoutLabel: boolean): Completion {
    return completion.kind === "break" && isMeant(completion.label, label, withoutLabel)
      ? normal
      : completion;
  }

  function isMeant(meant: string | undefined, label: string | undefined, withoutLabel: boolean): boolean {
    return meant === undefined ? withoutLabel : meant === label;
  }

  /** @param owners those of the head: what it acquires belongs to the loop as a whole. */
  function loop(node: Loop, owners: Owners): Completion {
    if (node.head === "of") evaluate(node.value, owners);
    else if ("acquisition" in node && node.head !== "ofUsing") {
      variables.set(
        node.acquisition.site,
        acquire(node.acquisition, node.head === "var" ? owners.function : owners.block),
      );
    }
    const isCounted = node.head === "of" || node.head === "ofUsing" || node.head === "let";
    const completion = completing(() => {
      for (let i = 0; ; i++) {
        const isFirstOfDo = node.head === "do" && i === 0;
        if (!isFirstOfDo && !(isCounted ? i < node.times : world.more(node.site, node.times))) return normal;
        if (isCounted) variables.set(node.site, i);
        const completion = iterate(node, owners);
        if (completion.kind === "continue" && isMeant(completion.label, node.label, true)) continue;
        if (completion.kind !== "normal") return completion;
      }
    });
    if (node.head === "of" || node.head === "ofUsing") world.note(`end ${node.site}`);
    return completion;
  }

  function iterate(node: Loop, owners: Owners): Completion {
    if (node.head !== "ofUsing") return inBlock(node.body.statements, owners);
    return owning((block) => {
      variables.set(node.acquisition.site, acquire(node.acquisition, block));
      return inBlock(node.body.statements, { ...owners, block });
    });
  }

  function choose({ wanted, clauses }: Statement & { kind: "switch" }, owners: Owners): Completion {
    const isWanted = ({ test }: (typeof clauses)[number], index: number): boolean => {
      if (test !== undefined) evaluate(test, owners);
      return test !== undefined && index === wanted;
    };
    const found = clauses.findIndex(isWanted);
    const from = found === -1 ? clauses.findIndex(({ test }) => test === undefined) : found;
    return from === -1
      ? normal
      : run(
          clauses.slice(from).flatMap(({ statements }) => statements),
          owners,
        );
  }

  function attempt({ block, handler, finalizer }: Statement & { kind: "try" }, owners: Owners): Completion {
    let completion = inBlock(block, owners);
    if (completion.kind === "throw" && handler !== undefined) {
      world.note(`caught ${completion.error}`);
      errors.set(handler.name, completion.error);
      completion = inBlock(handler.statements, owners);
    }
    if (finalizer === undefined) return completion;
    const last = inBlock(finalizer, owners);
    return last.kind === "normal" ? completion : last;
  }
}
