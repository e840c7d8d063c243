import type ts from "typescript";
import { directivePrologue } from "../1-analyze/find-directives";
import type { FunctionNode, ProgramPlan, RejectPlan } from "../1-analyze/plan";
import { copyName } from "./copy-name";
import { createCaptures } from "./create-captures";
import { createConst, createMarker, createMethodCall } from "./create-runtime-calls";
import { copyPosition, withoutParentheses } from "./lower-acquisition";
import { addPending, type LowerContext, takePending, visitExpression, withProgram } from "./lower-context";
import { visitStatements } from "./lower-scope";
import { createThis } from "./lower-super";
import { updateFunction } from "./update-function";

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
    body: createProgramBody(
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

function createProgramBody(
  lower: LowerContext,
  node: FunctionNode,
  first: ts.Statement | undefined,
): ts.Block {
  const { factory, tsInstance } = lower;
  const body = node.body!;
  if (tsInstance.isBlock(body)) {
    const directives = new Set<ts.Statement>(otherDirectives(lower, node));
    const kept = body.statements.filter((statement) => !directives.has(statement));
    const statements = visitStatements(lower, body, factory.createNodeArray(kept));
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

function isThisParameter({ tsInstance }: LowerContext, { name }: ts.ParameterDeclaration): boolean {
  return tsInstance.isIdentifier(name) && name.text === "this";
}
