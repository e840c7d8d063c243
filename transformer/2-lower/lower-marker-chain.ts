import type ts from "typescript";
import type { LoweredPlan } from "../1-analyze/plan-types";
import { type LowerContext, visitExpression } from "./lower-context";
import { copyPosition } from "./provenance";

/** What can stand in an optional chain behind its first part. */
type ChainLink =
  ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression | ts.NonNullExpression;

// given:    raii?.(open(path)).read().length
// produces: (yield open(path)).read().length
//
// A marker always exists, so its call does not start an optional chain, and what follows is ordinary access. The compiler
// crashes on the rest of a chain without its start where it lowers chains (below ES2020).
export function lowerMarkerChain(
  lower: LowerContext,
  node: ts.Node,
  plan: LoweredPlan,
): ts.Expression | undefined {
  if (!isRestOfChain(lower, node) || isMarkerCall(plan, node)) return undefined;
  let first: ts.Expression = node;
  while (isRestOfChain(lower, first) && !isMarkerCall(plan, first)) first = first.expression;
  return isMarkerCall(plan, first) ? copyPosition(lower, createUnchained(lower, node), node) : undefined;
}

function isRestOfChain({ tsInstance }: LowerContext, node: ts.Node): node is ChainLink {
  const isInChain = (node.flags & tsInstance.NodeFlags.OptionalChain) !== 0;
  return isInChain && (node as Partial<ts.CallChain>).questionDotToken === undefined;
}

function isMarkerCall({ acquisitions, moves }: LoweredPlan, node: ts.Node): boolean {
  const call = node as ts.CallExpression;
  return acquisitions.has(call) || moves.has(call);
}

function createUnchained(lower: LowerContext, node: ChainLink): ts.Expression {
  const { factory, tsInstance } = lower;
  const expression = visitExpression(lower, node.expression);
  if (tsInstance.isPropertyAccessExpression(node))
    return factory.createPropertyAccessExpression(expression, node.name);
  if (tsInstance.isElementAccessExpression(node)) {
    return factory.createElementAccessExpression(expression, visitExpression(lower, node.argumentExpression));
  }
  if (tsInstance.isCallExpression(node)) {
    const args = tsInstance.visitNodes(node.arguments, lower.visit, tsInstance.isExpression);
    return factory.createCallExpression(expression, undefined, args);
  }
  return factory.createNonNullExpression(expression);
}
