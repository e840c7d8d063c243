import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { createName } from "./create-name";
import { createArrow, createMethodCall } from "./create-nodes";
import type { LowerContext } from "./lower-context";

// given:    #owner in await find(name)
// produces: [yield raii_1.wait(find(name))].some((value_1) => #owner in value_1)
//
// Terser prints what stands behind such an `in` without its parentheses: `#owner in yield …` is a syntax error.
//
// @param right the right operand, lowered.
// @returns `undefined` where what was written can stay.
export function lowerPrivateIn(
  lower: LowerContext,
  node: ts.BinaryExpression,
  right: ts.Expression,
): ts.Expression | undefined {
  const { factory, tsInstance } = lower;
  const { left, operatorToken } = node;
  const isPrivateIn =
    operatorToken.kind === tsInstance.SyntaxKind.InKeyword && tsInstance.isPrivateIdentifier(left);
  if (!isPrivateIn || right === node.right) return undefined;
  const lowered = skipOuterExpressions(tsInstance, right);
  const needsParentheses = tsInstance.isYieldExpression(lowered) || tsInstance.isBinaryExpression(lowered);
  if (!needsParentheses) return undefined;
  const value = createName(lower, "value");
  const isIn = createArrow(lower, [value], factory.updateBinaryExpression(node, left, operatorToken, value));
  return createMethodCall(lower, factory.createArrayLiteralExpression([lowered]), "some", [isIn]);
}
