import type ts from "typescript";

/**
 * `a + b + c + …` from the outermost operation to the innermost. Generated code has chains of thousands, which the
 * compiler parses and emits without recursion; what walks the tree must do likewise.
 */
export function leftSpine(tsInstance: typeof ts, expression: ts.BinaryExpression): ts.BinaryExpression[] {
  const { SyntaxKind } = tsInstance;
  const spine: ts.BinaryExpression[] = [];
  for (let node: ts.Expression = expression; tsInstance.isBinaryExpression(node); node = node.left) {
    const { kind } = node.operatorToken;
    if (spine.length > 0 && kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment) break;
    spine.push(node);
  }
  return spine;
}
