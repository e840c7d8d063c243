import type ts from "typescript";

/** The expression inside parentheses and what exists for the type checker only. */
export function skipOuterExpressions(tsInstance: typeof ts, expression: ts.Expression): ts.Expression {
  let inner = expression;
  while (
    tsInstance.isParenthesizedExpression(inner) ||
    tsInstance.isAsExpression(inner) ||
    tsInstance.isNonNullExpression(inner) ||
    tsInstance.isSatisfiesExpression(inner) ||
    tsInstance.isTypeAssertionExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}
