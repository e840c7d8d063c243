import type ts from "typescript";
import { skipOuterExpressions } from "../1-analyze/skip-outer-expressions";
import type { ScopeOwner } from "../1-analyze/plan";
import { createMethodCall } from "./create-runtime-calls";
import { type LowerContext, visitExpression } from "./lower-context";

/**
 * The parentheses put around each yield: `raii(x) as T` loses its assertion later, and with it what the node factory would
 * have parenthesized. Known, so that they can be left out where a yield needs none.
 */
const ownParentheses = new WeakSet<ts.Node>();

// given:    raii(open(path))
// produces: (yield open(path))               in the scope of the function
//           (yield scope_1.take(open(path))) in that of a block
export function lowerMarker(lower: LowerContext, call: ts.CallExpression, owner: ScopeOwner): ts.Expression {
  return createAcquisition(lower, visitExpression(lower, call.arguments[0]!), owner, call);
}

// given:    using file = open(path);
// produces: const file = yield open(path);
export function lowerUsing(
  lower: LowerContext,
  list: ts.VariableDeclarationList,
  owner: ScopeOwner,
): ts.VariableDeclarationList {
  const { factory, tsInstance } = lower;
  const declarations = list.declarations.map((declaration) => {
    const { name, type, initializer } = declaration;
    if (initializer === undefined) return declaration; // the compiler has reported it
    const value = createNamedEvaluation(lower, name, visitExpression(lower, initializer));
    const acquisition = withoutParentheses(createAcquisition(lower, value, owner, initializer));
    return factory.updateVariableDeclaration(declaration, name, undefined, type, acquisition);
  });
  return copyPosition(
    lower,
    factory.createVariableDeclarationList(declarations, tsInstance.NodeFlags.Const),
    list,
  );
}

/** `yield resource`, in parentheses. */
export function createAcquisition(
  lower: LowerContext,
  resource: ts.Expression,
  owner: ScopeOwner,
  position: ts.Node,
): ts.Expression {
  const { factory } = lower;
  const scope = lower.program?.scopes.get(owner);
  const request = scope === undefined ? resource : createMethodCall(lower, scope, "take", [resource]);
  const acquisition = copyPosition(lower, factory.createYieldExpression(undefined, request), position);
  const parenthesized = factory.createParenthesizedExpression(acquisition);
  ownParentheses.add(parenthesized);
  return parenthesized;
}

/** For the places where a yield stands without parentheses: an initializer, a statement, a `return`. */
export function withoutParentheses<T extends ts.Expression | undefined>(expression: T): T {
  if (expression === undefined || !ownParentheses.has(expression)) return expression;
  return (expression as ts.Expression as ts.ParenthesizedExpression).expression as ts.Expression as T;
}

/** An anonymous function or class in a declaration is named by it (`using C = class { … }`); a yield between would hide that. */
function createNamedEvaluation(
  { factory, tsInstance }: LowerContext,
  name: ts.BindingName,
  value: ts.Expression,
): ts.Expression {
  const named = skipOuterExpressions(tsInstance, value);
  const isAnonymous =
    tsInstance.isArrowFunction(named) ||
    ((tsInstance.isFunctionExpression(named) || tsInstance.isClassExpression(named)) &&
      named.name === undefined);
  if (!isAnonymous || !tsInstance.isIdentifier(name)) return value;
  const object = factory.createObjectLiteralExpression([factory.createPropertyAssignment(name.text, value)]);
  return factory.createPropertyAccessExpression(object, name.text);
}

/** Gives a new node the place of the one it stands for: breakpoints, stack frames and coverage point there. */
export function copyPosition<T extends ts.Node>({ tsInstance }: LowerContext, node: T, original: ts.Node): T {
  tsInstance.setOriginalNode(node, original);
  return tsInstance.setTextRange(node, original);
}
