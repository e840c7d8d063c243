import type ts from "typescript";
import type { Acquisition } from "../1-analyze/plan-types";
import { takesName } from "../syntax/takes-name";
import { noteAwait } from "./await-places";
import { createMethodCall } from "./create-nodes";
import { createRuntimeCall } from "./create-runtime-calls";
import { keepErasedOnLine, keepOnLine } from "./keep-comments";
import { type LowerContext, visitExpression } from "./lower-context";
import { copyPosition, leaveComments, pointTo } from "./provenance";
import { takeBreakpoint } from "./take-breakpoint";

/**
 * The parentheses put around each yield: `raii(x) as T` loses its assertion later, and with it what the node factory would
 * have parenthesized. Known, so that they can be left out where a yield needs none.
 */
const ownParentheses = new WeakSet<ts.Node>();

// given:    raii(open(path))
// produces: (yield open(path))               a program, in the scope of the function
//           (yield scope_1.take(open(path))) in that of a block
//           scope_1.acquire(open(path))      inline
export function lowerMarker(
  lower: LowerContext,
  call: ts.CallExpression,
  acquisition: Acquisition,
  position: ts.Node,
): ts.Expression {
  const operand = call.arguments[0]!;
  const visited = visitExpression(lower, operand);
  const { plan, scopes } = lower.body!;
  const isYieldedAlone = plan.kind === "program" && !acquisition.isAsync && !scopes.has(acquisition.owner);
  const resource = isYieldedAlone ? keepOnLine(lower, operand, visited) : visited;
  return createAcquisition(lower, resource, acquisition, position);
}

// given:    using file = open(path);
// produces: const file = yield open(path);
//
// @param isForHead whether it stands in the head of `for (…; …; …)`, where the yield stays in parentheses.
export function lowerUsing(
  lower: LowerContext,
  list: ts.VariableDeclarationList,
  acquisition: Acquisition,
  isForHead: boolean,
): ts.VariableDeclarationList {
  const { factory, tsInstance } = lower;
  const declarations = list.declarations.map((declaration) => {
    const { name, type, initializer } = declaration;
    if (initializer === undefined) return declaration; // the compiler has reported it
    const visited = visitExpression(lower, initializer);
    const value = createNamedEvaluation(lower, name, keepErasedOnLine(lower, initializer, visited));
    const acquired = createAcquisition(lower, value, acquisition, initializer);
    leaveComments(lower, visited); // not before: what is made of a node inherits this
    return factory.updateVariableDeclaration(
      declaration,
      name,
      undefined,
      type,
      isForHead ? acquired : withoutParentheses(acquired),
    );
  });
  return copyPosition(
    lower,
    factory.createVariableDeclarationList(declarations, tsInstance.NodeFlags.Const),
    list,
  );
}

/** What acquires `resource` and is its handle. */
export function createAcquisition(
  lower: LowerContext,
  resource: ts.Expression,
  { owner, isAsync }: Acquisition,
  position: ts.Node,
): ts.Expression {
  const { plan, scopes } = lower.body!;
  const scope = scopes.get(owner);
  if (plan.kind === "program") {
    const request = isAsync
      ? createRuntimeCall(lower, "request", [resource, ...noteAwait(lower, position)])
      : resource;
    const taken = scope === undefined ? request : createMethodCall(lower, scope, "take", [request]);
    return createYield(lower, taken, position, isAsync);
  }
  return isAsync
    ? createAsyncAcquisition(lower, resource, scope!, position)
    : copyPosition(lower, createMethodCall(lower, scope!, "acquire", [resource]), position);
}

// given:    await raii(connect(url))
// produces: (yield raii_1.request(connect(url)))   a program
//           (scope_1.request(connect(url))         inline: a promise of a resource is awaited, and then the resource
//             && scope_1.receive(await scope_1.awaited) && scope_1.receive(await scope_1.awaited) || scope_1.handle)
//
// The last of them gives `false`. No comma: a debugger stops at each of its operands.
function createAsyncAcquisition(
  lower: LowerContext,
  resource: ts.Expression,
  scope: ts.Identifier,
  position: ts.Node,
): ts.Expression {
  const { factory, tsInstance } = lower;
  const receive = (): ts.Expression => {
    const awaited = factory.createAwaitExpression(factory.createPropertyAccessExpression(scope, "awaited"));
    return createMethodCall(lower, scope, "receive", [pointTo(lower, awaited, position)]);
  };
  const request = pointTo(lower, createMethodCall(lower, scope, "request", [resource]), position);
  const acquired = factory.createLogicalAnd(factory.createLogicalAnd(request, receive()), receive());
  const handle = factory.createPropertyAccessExpression(scope, "handle");
  const whole = factory.createParenthesizedExpression(factory.createLogicalOr(acquired, handle));
  return tsInstance.setCommentRange(whole, position);
}

/**
 * `yield request`, in parentheses.
 *
 * @param waits whether the function that runs the program awaits what is yielded.
 */
export function createYield(
  lower: LowerContext,
  request: ts.Expression,
  position: ts.Node,
  waits: boolean,
): ts.Expression {
  const { factory, sourceFile, tsInstance } = lower;
  const yields = copyPosition(lower, factory.createYieldExpression(undefined, request), position);
  if (waits && position.pos >= 0) {
    const place = { pos: position.getStart(sourceFile), end: position.end };
    tsInstance.setSourceMapRange(yields, takeBreakpoint(lower, place));
  }
  const parenthesized = factory.createParenthesizedExpression(yields);
  ownParentheses.add(parenthesized);
  return parenthesized;
}

/** For the places where a yield stands without parentheses: an initializer, a statement, a `return`. */
export function withoutParentheses<T extends ts.Expression | undefined>(expression: T): T {
  if (expression === undefined || !ownParentheses.has(expression)) return expression;
  return (expression as ts.Expression as ts.ParenthesizedExpression).expression as ts.Expression as T;
}

/** An anonymous function or class in a declaration is named by it (`using C = class { … }`); a yield between would hide that. */
export function createNamedEvaluation(
  { factory, tsInstance }: LowerContext,
  name: ts.BindingName,
  value: ts.Expression,
): ts.Expression {
  if (!tsInstance.isIdentifier(name) || !takesName(tsInstance, value)) return value;
  const object = factory.createObjectLiteralExpression([factory.createPropertyAssignment(name.text, value)]);
  return factory.createPropertyAccessExpression(object, name.text);
}
