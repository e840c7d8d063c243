import type ts from "typescript";
import type { InlinePlan, ProgramPlan, RejectPlan } from "../1-analyze/plan-types";
import { directivePrologue } from "../syntax/find-directives";
import type { FunctionNode } from "../syntax/function-node";
import { createAwaits } from "./await-places";
import { copyName } from "./copy-name";
import { createCaptures } from "./create-captures";
import { createName } from "./create-name";
import { createConst, createMethodCall } from "./create-nodes";
import { createMarker, createRuntimeCall, runtimeOf } from "./create-runtime-calls";
import { hoistProgram } from "./hoist-program";
import { keepErasedOnLine } from "./keep-comments";
import { withoutParentheses } from "./lower-acquisition";
import { type BodyContext, type LowerContext, visitExpression, withBody, withPending } from "./lower-context";
import { createAwaiting, createScope } from "./lower-scope";
import { createSuspension, declareSuspension } from "./lower-suspension";
import { createAccessOnOwnLine, createCallOnOwnLine, hideClosingBrace, placeBrace } from "./map-to-own-line";
import { copyPosition } from "./provenance";
import { unrolledScope } from "./unroll-scope";
import { updateFunction } from "./update-function";
import { visitStatements } from "./visit-statements";

// given:    function copy(from, to = from) { "use raii"; … }
// produces: function copy(from, to = void 0) { return raii.drive(copy_program(from, to)).end(); }
//           function* copy_program(from, to = from) { … }
//
// An async function runs its program itself, and so keeps its place in stack traces and its ticks (S8). It awaits at each place
// where the program waits (see await-places):
//
// given:    async function load(url) { "use raii"; … }
// produces: async function load(url) {
//             const driver_1 = new raii_1.AsyncDriver(load_program(url));
//             while (driver_1.waits())
//               try { driver_1.value = await driver_1.awaited; }
//               catch (error_1) { driver_1.fail(error_1); }
//             return driver_1.result();
//           }
//           function* load_program(url) { … }
//
// The program has the parameters as they were written, so that defaults and patterns are evaluated where the body sees
// their variables, and as early as before: calling a generator function evaluates them. What the function keeps of
// them gives it the same `length`, and hands on what it was called with.
export function lowerFunction(lower: LowerContext, node: FunctionNode, plan: ProgramPlan): ts.Node {
  const { factory, tsInstance } = lower;
  const { captured, substitutes } = createCaptures(lower, node, plan);
  const placeProgram = hoistProgram(lower, node, plan);
  const markerAlias = plan.isMarkerShadowed ? createName(lower, "marker") : undefined;
  // The driver awaits the releases of the function itself, at its end.
  const awaitsAtEnd = plan.scopes.get("function") === "async" && !plan.namesFunctionScope;
  const closing = node.pos < 0 ? undefined : { pos: node.end - 1, end: node.end };
  const awaits = awaitsAtEnd ? [closing ?? { pos: -1, end: -1 }] : [];
  const context: BodyContext = { plan, markerAlias, scopes: new Map(), awaits, suspension: undefined };
  const { parameters, body } = withBody(lower, context, substitutes, () => ({
    parameters: node.parameters
      .filter((parameter) => !isThisParameter(lower, parameter))
      .map(createProgramParameter),
    body: createProgramBody(
      lower,
      node,
      markerAlias && createConst(lower, markerAlias, createMarker(lower, plan.marker!)),
      plan.namesFunctionScope ? context : undefined,
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
  // At its brace, and not behind it: that is where c8 looks for the end of what stands at the beginning of a line.
  if (node.pos >= 0) placeBrace(lower, body, "CloseBraceToken", { pos: node.end - 1, end: node.end - 1 });
  const { callee, inside = [] } = placeProgram(allParameters, body);
  const call =
    plan.captures.this === "eager"
      ? createMethodCall(lower, callee, "call", [factory.createThis(), ...args])
      : factory.createCallExpression(callee, undefined, args);
  // What stands there is not the user's; but for the generator, if it stands there.
  const foreign = plan.placement.kind === "kept" ? args : [call];
  for (const each of foreign) tsInstance.setEmitFlags(each, tsInstance.EmitFlags.NoNestedSourceMaps);
  const running = plan.isAsync ? createAsyncRun(lower, node, call, awaits, closing) : [createRun()];
  const all = [...otherDirectives(lower, node), ...inside, ...running];
  const block = factory.createBlock(all, true);
  placeBrace(lower, block, "CloseBraceToken", closing);
  return updateFunction(lower, node, kept, block);

  function createRun(): ts.Statement {
    const marker = createMarker(lower, plan.marker!);
    const driven = createCallOnOwnLine(lower, marker, "drive", [call], startOf(lower, node));
    const run = createCallOnOwnLine(lower, driven, "end", [], closing);
    return tsInstance.isSetAccessor(node)
      ? factory.createExpressionStatement(run)
      : factory.createReturnStatement(run);
  }

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

/** Where a function begins: what runs its program stands there. */
function startOf({ sourceFile }: LowerContext, node: FunctionNode): ts.TextRange | undefined {
  if (node.pos < 0) return undefined;
  const pos = node.getStart(sourceFile);
  return { pos, end: pos };
}

/** The statements of an async function that run its program. */
function createAsyncRun(
  lower: LowerContext,
  node: FunctionNode,
  program: ts.Expression,
  awaits: BodyContext["awaits"],
  closing: ts.TextRange | undefined,
): ts.Statement[] {
  const { factory, tsInstance } = lower;
  const start = startOf(lower, node);
  const driver = createName(lower, "driver");
  const places = awaits.length > 0 ? awaits : [start ?? { pos: -1, end: -1 }];
  const waits = createCallOnOwnLine(lower, driver, "waits", [], start);
  // Behind all places: see createAwaits.
  if (places.length > 1) tsInstance.setSourceMapRange(waits, { pos: -1, end: node.end });
  const result = createCallOnOwnLine(lower, driver, "result", [], closing);
  const type = createAccessOnOwnLine(lower, runtimeOf(lower), "AsyncDriver", start);
  return [
    createConst(lower, driver, factory.createNewExpression(type, undefined, [program])),
    createAwaiting(lower, waits, createAwaits(lower, driver, places), driver),
    factory.createReturnStatement(result),
  ];
}

// given:    function copy(from, to) { "use raii"; … }
// produces: function copy(from, to) {
//             const scope_1 = raii.scope();
//             try { … scope_1.acquire(…) … }
//             catch (error_1) { scope_1.fail(error_1); }
//             finally { while (scope_1.exit()) return; }
//           }
//
// No label: TypeScript puts the fields of a class after the `super()` it finds in a `try` of the constructor's body.
export function lowerInlineFunction(lower: LowerContext, node: FunctionNode, plan: InlinePlan): ts.Node {
  const { factory, tsInstance } = lower;
  const suspension = plan.isGenerator ? createSuspension(lower, plan.isAsync) : undefined;
  const markerAlias = plan.isMarkerShadowed ? createName(lower, "marker") : undefined;
  const context: BodyContext = { plan, markerAlias, scopes: new Map(), awaits: [], suspension };
  const substitutes = tsInstance.isArrowFunction(node) ? lower.substitutes : {};

  const parameters = withBody(lower, undefined, substitutes, () =>
    node.parameters.map(
      (parameter) => tsInstance.visitNode(parameter, lower.visit) as ts.ParameterDeclaration,
    ),
  );
  const content = withBody(lower, context, substitutes, () => {
    if (!plan.scopes.has("function") || plan.unrolled.has("function"))
      return createBodyStatements(lower, node);
    return createFunctionScope(lower, context, node);
  });
  const statements = [
    ...otherDirectives(lower, node),
    ...(markerAlias === undefined
      ? []
      : [createConst(lower, markerAlias, createMarker(lower, plan.marker!))]),
    ...(suspension === undefined ? [] : [declareSuspension(lower, suspension)]),
    ...(plan.isAsync ? [createCancellable(lower, node, content, suspension?.steps)] : content),
  ];
  const range = tsInstance.isBlock(node.body!) ? node.body.statements : node.body;
  const body = factory.createBlock(tsInstance.setTextRange(factory.createNodeArray(statements), range), true);
  return updateFunction(lower, node, parameters, tsInstance.setTextRange(body, node.body));
}

// given:    async function load(url) { "use raii"; … }
// produces: async function load(url) {
//             try { raii_1.begin(); … }
//             finally { raii_1.end(); }          of a generator: steps_1.end();
//           }
function createCancellable(
  lower: LowerContext,
  node: FunctionNode,
  content: readonly ts.Statement[],
  steps: ts.Identifier | undefined,
): ts.Statement {
  const { factory } = lower;
  const call = (name: string): ts.Statement =>
    factory.createExpressionStatement(
      steps === undefined ? createRuntimeCall(lower, name, []) : createMethodCall(lower, steps, name, []),
    );
  const closing = node.pos < 0 ? undefined : { pos: node.end - 1, end: node.end };
  const body = hideClosingBrace(
    lower,
    factory.createBlock([...(steps === undefined ? [call("begin")] : []), ...content], true),
  );
  const ends = factory.createBlock([call("end")]);
  placeBrace(lower, ends, "OpenBraceToken", closing);
  placeBrace(lower, ends, "CloseBraceToken", closing);
  return factory.createTryStatement(body, undefined, ends);
}

// given:    function load(path = raii(temp())) { "use raii"; … }   (cannot be lowered)
// produces: function load(path = void 0) { throw new Error("…"); }  (S11)
export function lowerRejected(lower: LowerContext, node: FunctionNode, plan: RejectPlan): ts.Node {
  const { factory } = lower;
  const error = factory.createNewExpression(factory.createIdentifier("Error"), undefined, [
    factory.createStringLiteral(`ts-raii: ${plan.message}`),
  ]);
  const body = factory.createBlock([factory.createThrowStatement(error)], true);
  return updateFunction(
    lower,
    node,
    node.parameters.map((parameter) => keepParameter(lower, parameter)),
    body,
  );
}

/** The directives that are not ours: they stay on the function. */
function otherDirectives({ plan, tsInstance }: LowerContext, { body }: FunctionNode): ts.Statement[] {
  if (body === undefined || !tsInstance.isBlock(body)) return [];
  return [...directivePrologue(tsInstance, body.statements)].filter(
    (directive) => !plan.directives.has(directive),
  );
}

// given:    { …; return move(file); }
// produces: { …; return move.from(file, scope_1); }, with its content in the `try` of createFunctionScope
//
// @param named where the program holds the scope of the function itself, because it moves handles out of it.
function createProgramBody(
  lower: LowerContext,
  node: FunctionNode,
  first: ts.Statement | undefined,
  named: BodyContext | undefined,
): ts.Block {
  const { factory, tsInstance } = lower;
  const statements =
    named === undefined
      ? createBodyStatements(lower, node)
      : factory.createNodeArray(createFunctionScope(lower, named, node));
  if (!tsInstance.isBlock(node.body!)) return factory.createBlock(statements, true);
  const all = first === undefined ? statements : factory.createNodeArray([first, ...statements]);
  const block = factory.createBlock(tsInstance.setTextRange(all, node.body.statements), true);
  return tsInstance.setTextRange(block, node.body);
}

/** The scope of the function itself, with its statements in it. */
function createFunctionScope(lower: LowerContext, body: BodyContext, node: FunctionNode): ts.Statement[] {
  const leave = lower.factory.createReturnStatement();
  const lowerContent = (): readonly ts.Statement[] => createBodyStatements(lower, node);
  const [scope, attempt] = createScope(lower, body, "function", node.end, leave, lowerContent);
  return [scope, attempt];
}

/** The statements of a function, directives left out; of an arrow function with an expression for body, its `return`. */
function createBodyStatements(lower: LowerContext, node: FunctionNode): ts.NodeArray<ts.Statement> {
  const { factory, tsInstance } = lower;
  const body = node.body!;
  if (tsInstance.isBlock(body)) {
    const directives = new Set<ts.Statement>(otherDirectives(lower, node));
    const kept = body.statements.filter((statement) => !directives.has(statement));
    const unrolled = unrolledScope(lower.body?.plan, "function", node.end);
    const statements = visitStatements(lower, body, factory.createNodeArray(kept), unrolled);
    return tsInstance.setTextRange(statements, body.statements);
  }
  const visited = withoutParentheses(visitExpression(lower, body));
  const returned = factory.createReturnStatement(keepErasedOnLine(lower, body, visited));
  const value = copyPosition(lower, returned, body);
  tsInstance.setEmitFlags(value, tsInstance.EmitFlags.NoTrailingComments); // what follows it follows the function
  return factory.createNodeArray(withPending(lower, body, value));
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
    isPattern ? createName(lower, "parameter") : name,
    parameter.questionToken,
    parameter.type,
    initializer && tsInstance.setSourceMapRange(factory.createVoidZero(), initializer),
  );
}

function isThisParameter({ tsInstance }: LowerContext, { name }: ts.ParameterDeclaration): boolean {
  return tsInstance.isIdentifier(name) && name.text === "this";
}
