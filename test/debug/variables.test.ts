import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { sample } from "../harness/sample.ts";
import { debugNode, fileOf, type NodeUnderDebugger } from "./debuggee.ts";
import type { Frame } from "./debugger.ts";
import { linesOf } from "./lines.ts";
import { shapes, type Variant } from "./shapes.ts";

// What a debugger shows at a breakpoint in the body: the variables in scope, `this`, and what watch expressions give.

const tested = sample(
  shapes.filter(({ name }) =>
    /^(sync function|method|method with a private name|async method|arrow function|constructor|generator|loop|async loop|nested block|variables.*)$/.test(
      name,
    ),
  ),
  3,
);

const method = shapes.find(({ name }) => name === "variables of a method that does not mention this")!;

let node: NodeUnderDebugger;
beforeAll(async () => {
  node = await debugNode("debug-variables", [...new Set([...tested, method])], "VS Code");
});
afterAll(() => node.end());

/** The variables of a frame by name, the innermost of a name, without those of the module. */
async function variablesOf({ scopeChain }: Frame): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { type, object } of scopeChain) {
    if (type === "module" || type === "global" || type === "script") continue;
    const { result } = await node.debugger.send("Runtime.getProperties", {
      objectId: object.objectId,
      ownProperties: true,
    });
    for (const { name, value } of result) variables[name] ??= String(value?.value ?? value?.description);
  }
  return variables;
}

/** Runs a shape up to its body, and looks around there. */
async function look<T>(
  shape: (typeof shapes)[number],
  variant: Variant,
  at: (frame: Frame) => Promise<T>,
): Promise<T> {
  const file = fileOf(shape.name, variant);
  const breakpoint = await node.debugger.setBreakpoint(`/${file}.js`, linesOf(shape).body);
  let seen: T | undefined;
  await node.debugger.run(`subjects[${JSON.stringify(file)}].call()`, async ({ callFrames: [frame] }) => {
    seen ??= await at(frame!);
    return "resume";
  });
  await node.debugger.removeBreakpoint(breakpoint);
  return seen!;
}

async function watch({ callFrameId }: Frame, expression: string): Promise<unknown> {
  const options = { callFrameId, expression, returnByValue: true };
  const { result, exceptionDetails } = await node.debugger.send("Debugger.evaluateOnCallFrame", options);
  return exceptionDetails ? result.description.split("\n")[0] : (result.value ?? result.description);
}

describe.each(tested)("at a breakpoint in: $name", (shape) => {
  describe.each(lowerings)("%s lowering", (lowering) => {
    it("the variables have their names and values; ours have an underscore", async () => {
      const byHand = await look(shape, "by hand", variablesOf);
      const ours = await look(shape, lowering, variablesOf);
      // A program has what the function was called with as a variable of ours.
      const { arguments: own, ...others } = byHand;
      expect(ours).toMatchObject(lowering === "program" ? others : byHand);
      if (own !== undefined) expect(Object.values(ours)).toContain(own);
      // A program that is a private method also shows the name of its class.
      const added = Object.keys(ours).filter((name) => !(name in byHand) && name !== "Store");
      expect(added.filter((name) => !/^\w+_(\d+|program)$/.test(name))).toEqual([]);
    });

    it("watch expressions give what they give by hand", async () => {
      const expressions = [
        "typeof log",
        "a?.name ?? each?.name",
        "open('watched').use()",
        ...(/ this\./.test(shape.text.split("export")[0]!) ? ["this.constructor.name"] : []),
      ];
      const values = (variant: Variant): Promise<unknown[]> =>
        look(shape, variant, async (frame) => {
          const all: unknown[] = [];
          for (const expression of expressions) all.push(await watch(frame, expression));
          return all;
        });
      expect(await values(lowering)).toEqual(await values("by hand"));
    });
  });
});

describe("what a program does not know", () => {
  it.each([
    ["by hand", "Store"],
    ["inline", "Store"],
    ["program", "TypeError: Cannot read properties of undefined (reading 'constructor')"],
  ] as const)("`this`, where the function does not mention it: %s", async (variant, expected) => {
    expect(await look(method, variant, (frame) => watch(frame, "this.constructor.name"))).toBe(expected);
  });
});
