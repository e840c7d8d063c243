import type ts from "typescript";
import type { Placement, ProgramPlan } from "../1-analyze/plan-types";
import type { FunctionNode } from "../syntax/function-node";
import { copyCoverageHints } from "./coverage-hints";
import { createName } from "./create-name";
import { createAssignment, createDeclaration, createMethodCall } from "./create-nodes";
import { createPrivateName } from "./create-private-name";
import { addPending, type LowerContext } from "./lower-context";
import { startOnNewLine } from "./map-to-own-line";

/** Puts the generator where the plan says, once the code has been lowered. */
export type PlaceProgram = (
  parameters: readonly ts.ParameterDeclaration[],
  body: ts.Block,
) => {
  /** What is called to make the program. */
  readonly callee: ts.Expression;
  /** What has to stand in the function itself. */
  readonly inside?: readonly ts.Statement[];
};

// given:    function copy() { "use raii"; … }
// produces: function copy() { … } function* copy_program() { … }
//
// given:    class Vault { open() { "use raii"; return raii(this.#door()); } }
// produces: class Vault { open() { … } static *#open_program() { return (yield this.#door()); } }
//
// given:    (class { open() { "use raii"; return raii(this.#door()); } })
// produces: let open_program;
//           (class { static { open_program = function* () { return (yield this.#door()); }; } open() { … } })
//
// given:    export const vault = { open() { "use raii"; … }, close() { … } };               where the text keeps its lines
// produces: var program_1;
//           export const vault = { open() { … (program_1 ??= function* open_program() { … })() … }, close() { … } };
//
// The program stands after its function and after the program around it. Where two pieces of code map to the same lines,
// coverage tools believe the later one. A function declaration is there from the beginning of its block, and a
// method from that of its class.
export function hoistProgram(
  lower: LowerContext,
  node: FunctionNode,
  { name: base, placement }: ProgramPlan,
): PlaceProgram {
  const { factory, tsInstance } = lower;
  const star = factory.createToken(tsInstance.SyntaxKind.AsteriskToken);
  const index = waitingFor(lower, placement)?.length ?? 0;
  const at = <T extends ts.Node>(generator: T): T => {
    if (node.pos >= 0)
      tsInstance.setSourceMapRange(generator, { pos: beginningOf(lower, node), end: node.end });
    const { EmitFlags } = tsInstance;
    return tsInstance.setEmitFlags(generator, EmitFlags.NoComments | EmitFlags.NoTrailingSourceMap);
  };

  if (placement.kind === "private-method") {
    const name = createPrivateName(lower, `${base}_program`);
    const modifiers = [factory.createToken(tsInstance.SyntaxKind.StaticKeyword)];
    const className = factory.createIdentifier(placement.className);
    return (parameters, body) => {
      const method = factory.createMethodDeclaration(
        modifiers,
        star,
        name,
        undefined,
        undefined,
        parameters,
        undefined,
        body,
      );
      // Istanbul counts the statements of a private method, but does not read what stands before it.
      copyCoverageHints(lower, node, [method, ...body.statements], placement.class);
      addPending(lower.members, placement.class, at(method), index);
      return { callee: factory.createPropertyAccessExpression(className, name) };
    };
  }

  const name = createName(lower, `${base}_program`, "plain");
  // Istanbul treats functions whose names map to the same place as one function.
  const isNamed = tsInstance.isFunctionDeclaration(node) || tsInstance.isFunctionExpression(node);
  if (isNamed && node.name !== undefined) tsInstance.setSourceMapRange(name, node.name);
  return (parameters, body) => {
    const createExpression = (own: ts.Identifier | undefined): ts.Expression =>
      at(factory.createFunctionExpression(undefined, star, own, undefined, parameters, undefined, body));
    switch (placement.kind) {
      case "kept":
        return keepGenerator(lower, placement, createExpression(name));
      case "static-block": {
        const generator = startOnNewLine(tsInstance, createExpression(undefined));
        const statement = createAssignment(lower, name, generator);
        copyCoverageHints(lower, node, [statement], placement.class);
        addPending(lower.staticStatements, placement.class, statement, index);
        const holder = createDeclaration(lower, tsInstance.NodeFlags.Let, [[name]]);
        addPending(lower.holders, placement.container, holder);
        return { callee: name };
      }
    }
    const generator = at(
      factory.createFunctionDeclaration(undefined, star, name, undefined, parameters, undefined, body),
    );
    if (placement.kind === "inside") return { callee: name, inside: [generator] };
    copyCoverageHints(lower, node, [generator], placement.container);
    addPending(lower.programs, placement.container, generator, index);
    return { callee: name };
  };
}

// produces: (program_1 ??= function* open_program() { … })
//
// given:    a function that is made anew by each call of another one
// produces: let kept_1 = program_1?.deref();
//           … (kept_1 ??= (program_1 = new WeakRef(function* open_program() { … })).deref())
//
// A generator has the environment that it was made in, of the first call. It does not mention it, but engines keep it. To
// coverage tools `??=` is no branch, and `??` is one.
function keepGenerator(
  lower: LowerContext,
  { container, isOfCall, isOfFunction }: Placement & { readonly kind: "kept" },
  generator: ts.Expression,
): ReturnType<PlaceProgram> {
  const { factory, tsInstance } = lower;
  const { NodeFlags, SyntaxKind } = tsInstance;
  const holder = createName(lower, "program");
  // A `var` is there from the beginning of the function: some function may be called before this statement is reached.
  const keyword = isOfFunction ? NodeFlags.None : NodeFlags.Let;
  addPending(lower.holders, container, createDeclaration(lower, keyword, [[holder]]));
  const assign = (target: ts.Expression, value: ts.Expression): ts.Expression =>
    factory.createBinaryExpression(target, SyntaxKind.QuestionQuestionEqualsToken, value);
  if (!isOfCall) return { callee: assign(holder, generator) };
  const kept = createName(lower, "kept");
  const reference = factory.createNewExpression(factory.createIdentifier("WeakRef"), undefined, [generator]);
  const made = createMethodCall(lower, factory.createAssignment(holder, reference), "deref", []);
  const optional = factory.createToken(SyntaxKind.QuestionDotToken);
  const known = factory.createCallChain(
    factory.createPropertyAccessChain(holder, optional, "deref"),
    undefined,
    undefined,
    [],
  );
  return {
    callee: assign(kept, made),
    inside: [createDeclaration(lower, NodeFlags.Let, [[kept, known]])],
  };
}

/** Where V8 says that a function begins: a declaration at its keyword, after `export`. */
function beginningOf({ sourceFile, tsInstance }: LowerContext, node: FunctionNode): number {
  const { AsyncKeyword } = tsInstance.SyntaxKind;
  const last = tsInstance.isFunctionDeclaration(node)
    ? node.modifiers?.findLast(({ kind }) => kind !== AsyncKeyword)
    : undefined;
  // The emitter skips the space after it.
  return last === undefined || last.end < 0 ? node.getStart(sourceFile) : last.end;
}

/** What waits already for the place of a program. */
function waitingFor(lower: LowerContext, placement: Placement): readonly ts.Node[] | undefined {
  switch (placement.kind) {
    case "beside":
      return lower.programs.get(placement.container);
    case "private-method":
      return lower.members.get(placement.class);
    case "static-block":
      return lower.staticStatements.get(placement.class);
    case "kept":
    case "inside":
      return undefined;
  }
}
