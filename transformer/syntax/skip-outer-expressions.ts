import type ts from "typescript";

/** The expression inside parentheses and what exists for the type checker only. */
export function skipOuterExpressions(tsInstance: typeof ts, expression: ts.Expression): ts.Expression {
  const { SyntaxKind } = tsInstance;
  let inner = expression;
  for (;;) {
    switch (inner.kind) {
      case SyntaxKind.ParenthesizedExpression:
      case SyntaxKind.AsExpression:
      case SyntaxKind.NonNullExpression:
      case SyntaxKind.SatisfiesExpression:
      case SyntaxKind.TypeAssertionExpression:
        inner = (inner as ts.ParenthesizedExpression | ts.AssertionExpression).expression;
        break;
      default:
        return inner;
    }
  }
}
