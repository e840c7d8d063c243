import type ts from "typescript";
import { directivePrologue } from "../1-analyze/find-directives";
import type { FunctionNode, ProgramPlan, RejectPlan } from "../1-analyze/plan";
import { createConst, createMarker, createMethodCall } from "./create-runtime-calls";
import {
  addPending,
  type LowerContext,
  type Substitutes,
  takePending,
  visitExpression,
  withProgram,
} from "./lower-context";
import { copyPosition, withoutParentheses } from "./lower-acquisition";
import { lowerStatements } from "./lower-scope";
import { createSuperGet, createSuperSet, createThis } from "./lower-super";

/** One thing handed to a program besides the function's own arguments. */
interface Captured {
  readonly parameter: ts.Identifier;
  readonly argument: ts.Expression;
}

// given:    function copy(from, to = from) { "use raii"; … }
// produces: function* copy_program(from, to = from) { … }
//           function copy(from, to = void 0) { return raii.run(copy_program(from, to)); }
//
// The program has the parameters as they were written, so that defaults and patterns are evaluated where the body sees
// their variables, and as early as before: calling a generator function evaluates them. What the function keeps of
// them gives it the same `length`, and hands on what it was called with.
export function lowerFunction(lower: LowerContext, node: FunctionNode, plan: ProgramPlan): ts.Node {
  const { factory, tsInstance } = lower;
  const { captured, substitutes } = createCaptures(lower, node, plan);
  const name = factory.createUniqueName(
    `${plan.name}_program`,
    tsInstance.GeneratedIdentifierFlags.Optimistic,
  );

  const markerAlias = plan.isMarkerShadowed ? factory.createUniqueName("marker") : undefined;
  const program = { plan, markerAlias, scopes: new Map() };
  const { parameters, body } = withProgram(lower, program, substitutes, () => ({
    parameters: node.parameters
      .filter((parameter) => !isThisParameter(lower, parameter))
      .map(createProgramParameter),
    body: lowerBody(
      lower,
      node,
      markerAlias && createConst(lower, markerAlias, createMarker(lower, plan.marker)),
    ),
  }));
  const allParameters = [
    ...captured.map(({ parameter }) => factory.createParameterDeclaration(undefined, undefined, parameter)),
    ...parameters,
  ];
  const kept = node.parameters.map((parameter) => keepParameter(lower, parameter));
  const handedOn = kept
    .filter((parameter) => !isThisParameter(lower, parameter))
    .map(({ name }) => copyName(lower, name as ts.Identifier));
  const args = [...captured.map(({ argument }) => argument), ...handedOn];
  const call =
    plan.captures.this === "eager"
      ? createMethodCall(lower, name, "call", [createThis(lower), ...args])
      : factory.createCallExpression(name, undefined, args);
  const run = createMethodCall(lower, createMarker(lower, plan.marker), "run", [call]);

  const inside = hoistProgram(lower, node, plan, name, allParameters, body);
  const start = node.pos < 0 ? undefined : { pos: node.getStart(lower.sourceFile), end: node.end };
  if (start !== undefined) tsInstance.setSourceMapRange(run, start);
  const directives = otherDirectives(lower, node);
  if (tsInstance.isArrowFunction(node) && inside.length + directives.length === 0) {
    return updateFunction(lower, node, kept, run);
  }
  const last = tsInstance.isSetAccessor(node)
    ? factory.createExpressionStatement(run)
    : factory.createReturnStatement(run);
  if (start !== undefined) tsInstance.setSourceMapRange(last, start);
  return updateFunction(lower, node, kept, factory.createBlock([...directives, ...inside, last], true));

  function createProgramParameter(parameter: ts.ParameterDeclaration): ts.ParameterDeclaration {
    const initializer = parameter.initializer && visitExpression(lower, parameter.initializer);
    const binding = tsInstance.isIdentifier(parameter.name)
      ? copyName(lower, parameter.name)
      : (tsInstance.visitNode(parameter.name, lower.visit) as ts.BindingName);
    // A rest parameter is handed on as the array that it is.
    return factory.createParameterDeclaration(
      undefined,
      undefined,
      binding,
      undefined,
      undefined,
      initializer,
    );
  }
}

// given:    async function load() { "use raii"; … }          (not lowered)
// produces: async function load() { throw new Error("…"); }  (S11)
export function lowerRejected(lower: LowerContext, node: FunctionNode, plan: RejectPlan): ts.Node {
  const { factory } = lower;
  const error = factory.createNewExpression(factory.createIdentifier("Error"), undefined, [
    factory.createStringLiteral(`ts-raii: ${plan.message}`),
  ]);
  const body = factory.createBlock([factory.createThrowStatement(error)], true);
  const visitParameters = (): ts.ParameterDeclaration[] =>
    node.parameters.map(
      (parameter) => lower.tsInstance.visitNode(parameter, lower.visit) as ts.ParameterDeclaration,
    );
  const substitutes = lower.tsInstance.isArrowFunction(node) ? lower.substitutes : {};
  return updateFunction(lower, node, withProgram(lower, undefined, substitutes, visitParameters), body);
}

/** What the body refers to that a generator function elsewhere would not find, as further parameters of it. */
function createCaptures(
  lower: LowerContext,
  node: FunctionNode,
  { captures, constants }: ProgramPlan,
): { readonly captured: readonly Captured[]; readonly substitutes: Substitutes } {
  const { factory, tsInstance } = lower;
  // An arrow function shares `this` and its like with the code around it, which may itself have been moved.
  const outer = tsInstance.isArrowFunction(node) ? lower.substitutes : {};
  const captured: Captured[] = [];
  const substitutes: { -readonly [Key in keyof Substitutes]: Substitutes[Key] } = {};
  const capture = (key: keyof Substitutes, createArgument: () => ts.Expression): void => {
    const parameter = factory.createUniqueName(key);
    captured.push({ parameter, argument: outer[key] ?? createArgument() });
    substitutes[key] = parameter;
  };

  for (const constant of constants) {
    captured.push({
      parameter: factory.createIdentifier(constant),
      argument: factory.createIdentifier(constant),
    });
  }
  if (captures.self !== undefined) {
    captured.push({ parameter: copyName(lower, captures.self), argument: copyName(lower, captures.self) });
  }
  if (captures.this === "lazy")
    capture("lazyThis", () =>
      factory.createArrowFunction(undefined, undefined, [], undefined, undefined, factory.createThis()),
    );
  if (captures.arguments) capture("arguments", () => factory.createIdentifier("arguments"));
  if (captures.newTarget) {
    capture("newTarget", () =>
      factory.createMetaProperty(tsInstance.SyntaxKind.NewKeyword, factory.createIdentifier("target")),
    );
  }
  if (captures.superProperty) capture("superGet", () => createSuperGet(lower));
  if (captures.superAssignment) capture("superSet", () => createSuperSet(lower));
  if (captures.superCall) capture("superCall", () => createSuperCall(lower));
  return { captured, substitutes };
}

/** `(...args) => super(...args)` */
function createSuperCall({ factory, tsInstance }: LowerContext): ts.Expression {
  const args = factory.createUniqueName("args");
  const rest = factory.createToken(tsInstance.SyntaxKind.DotDotDotToken);
  const parameter = factory.createParameterDeclaration(undefined, rest, args);
  const call = factory.createCallExpression(factory.createSuper(), undefined, [
    factory.createSpreadElement(args),
  ]);
  return factory.createArrowFunction(undefined, undefined, [parameter], undefined, undefined, call);
}

/** Puts the generator where the plan says; gives what has to stand in the function itself. */
function hoistProgram(
  lower: LowerContext,
  node: FunctionNode,
  { placement }: ProgramPlan,
  name: ts.Identifier,
  parameters: readonly ts.ParameterDeclaration[],
  body: ts.Block,
): readonly ts.Statement[] {
  const { factory, tsInstance } = lower;
  const star = factory.createToken(tsInstance.SyntaxKind.AsteriskToken);
  const place = <T extends ts.Node>(generator: T): T => {
    if (node.pos >= 0)
      tsInstance.setSourceMapRange(generator, { pos: node.getStart(lower.sourceFile), end: node.end });
    return tsInstance.setEmitFlags(generator, tsInstance.EmitFlags.NoComments);
  };
  if (placement.kind === "static-block") {
    // given:    class Vault { open() { "use raii"; return raii(this.#door()) } }
    // produces: let open_program;
    //           class Vault { static { open_program = function* () { return (yield this.#door()); }; } open() { … } }
    const generator = place(
      factory.createFunctionExpression(undefined, star, undefined, undefined, parameters, undefined, body),
    );
    const assignment = factory.createExpressionStatement(factory.createAssignment(name, generator));
    addPending(lower.staticStatements, placement.class, assignment);
    const list = factory.createVariableDeclarationList(
      [factory.createVariableDeclaration(name)],
      tsInstance.NodeFlags.Let,
    );
    addPending(lower.hoisted, placement.container, factory.createVariableStatement(undefined, list));
    return [];
  }
  const generator = place(
    factory.createFunctionDeclaration(undefined, star, name, undefined, parameters, undefined, body),
  );
  if (placement.kind === "inside") return [generator];
  addPending(lower.hoisted, placement.container, generator);
  return [];
}

/** The directives that are not ours: they stay on the function. */
function otherDirectives({ plan, tsInstance }: LowerContext, { body }: FunctionNode): ts.Statement[] {
  if (body === undefined || !tsInstance.isBlock(body)) return [];
  return [...directivePrologue(tsInstance, body.statements)].filter(
    (directive) => !plan.directives.has(directive),
  );
}

function lowerBody(lower: LowerContext, node: FunctionNode, first: ts.Statement | undefined): ts.Block {
  const { factory, tsInstance } = lower;
  const body = node.body!;
  if (tsInstance.isBlock(body)) {
    const directives = new Set<ts.Statement>(otherDirectives(lower, node));
    const kept = body.statements.filter((statement) => !directives.has(statement));
    const statements = lowerStatements(lower, body, factory.createNodeArray(kept));
    const all = first === undefined ? statements : factory.createNodeArray([first, ...statements]);
    const block = factory.createBlock(tsInstance.setTextRange(all, body.statements), true);
    return tsInstance.setTextRange(block, body);
  }
  const value = copyPosition(
    lower,
    factory.createReturnStatement(withoutParentheses(visitExpression(lower, body))),
    body,
  );
  return factory.createBlock([...takePending(lower.hoisted, body), value], true);
}

/** The parameter as the function keeps it: what it was called with, under the name it had. */
function keepParameter(lower: LowerContext, parameter: ts.ParameterDeclaration): ts.ParameterDeclaration {
  const { factory, tsInstance } = lower;
  const { name, initializer } = parameter;
  const isPattern = !tsInstance.isIdentifier(name);
  if (!isPattern && initializer === undefined)
    return tsInstance.visitNode(parameter, lower.visit) as ts.ParameterDeclaration;
  return factory.updateParameterDeclaration(
    parameter,
    tsInstance.visitNodes(parameter.modifiers, lower.visit, tsInstance.isModifierLike),
    parameter.dotDotDotToken,
    isPattern ? factory.createUniqueName("parameter") : name,
    parameter.questionToken,
    parameter.type,
    initializer && factory.createVoidZero(),
  );
}

/** The function with other parameters and another body; everything else about it stays. */
function updateFunction(
  lower: LowerContext,
  node: FunctionNode,
  parameters: readonly ts.ParameterDeclaration[],
  body: ts.ConciseBody,
): ts.Node {
  const { factory, tsInstance } = lower;
  const block = body as ts.Block;
  const modifiers = tsInstance.visitNodes(node.modifiers, lower.visit, tsInstance.isModifierLike);
  const keywords = modifiers as ts.NodeArray<ts.Modifier> | undefined; // no decorators can stand there
  const propertyName = (name: ts.PropertyName): ts.PropertyName =>
    tsInstance.isIdentifier(name) ? name : (tsInstance.visitNode(name, lower.visit) as ts.PropertyName);
  switch (node.kind) {
    case tsInstance.SyntaxKind.FunctionDeclaration:
      return factory.updateFunctionDeclaration(
        node,
        modifiers,
        node.asteriskToken,
        node.name,
        node.typeParameters,
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.FunctionExpression:
      return factory.updateFunctionExpression(
        node,
        keywords,
        node.asteriskToken,
        node.name,
        node.typeParameters,
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.ArrowFunction:
      return factory.updateArrowFunction(
        node,
        keywords,
        node.typeParameters,
        parameters,
        node.type,
        node.equalsGreaterThanToken,
        body,
      );
    case tsInstance.SyntaxKind.MethodDeclaration:
      return factory.updateMethodDeclaration(
        node,
        modifiers,
        node.asteriskToken,
        propertyName(node.name),
        node.questionToken,
        node.typeParameters,
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.GetAccessor:
      return factory.updateGetAccessorDeclaration(
        node,
        modifiers,
        propertyName(node.name),
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.SetAccessor:
      return factory.updateSetAccessorDeclaration(
        node,
        modifiers,
        propertyName(node.name),
        parameters,
        block,
      );
    case tsInstance.SyntaxKind.Constructor:
      return factory.updateConstructorDeclaration(node, modifiers, parameters, block);
  }
}

function isThisParameter({ tsInstance }: LowerContext, { name }: ts.ParameterDeclaration): boolean {
  return tsInstance.isIdentifier(name) && name.text === "this";
}

/** The same name as another node: a node that stands in two places would show its comments twice. */
function copyName({ factory, tsInstance }: LowerContext, name: ts.Identifier): ts.Identifier {
  if (name.pos < 0) return name; // a generated one is known by its node
  return tsInstance.setSourceMapRange(
    tsInstance.setOriginalNode(factory.createIdentifier(name.text), name),
    name,
  );
}
