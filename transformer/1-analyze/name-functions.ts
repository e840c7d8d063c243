import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";

/** The function that a statement, declaration or member holds as its value: `const close = () => …` */
export function functionHeldBy(tsInstance: typeof ts, node: ts.Node): ts.Node | undefined {
  const value = valueOf(tsInstance, node);
  if (value === undefined) return undefined;
  const fn = skipOuterExpressions(tsInstance, value);
  return tsInstance.isArrowFunction(fn) || tsInstance.isFunctionExpression(fn) ? fn : undefined;
}

/** The name that a declaration gives in the text, if it is one that can be part of another. */
export function plainNameOf(tsInstance: typeof ts, node: ts.Node): string | undefined {
  const { name } = node as ts.NamedDeclaration;
  if (name === undefined || !(tsInstance.isIdentifier(name) || tsInstance.isPrivateIdentifier(name)))
    return undefined;
  return name.text.replace("#", "");
}

function valueOf({ SyntaxKind }: typeof ts, node: ts.Node): ts.Expression | undefined {
  switch (node.kind) {
    case SyntaxKind.VariableStatement:
      return (node as ts.VariableStatement).declarationList.declarations[0]?.initializer;
    case SyntaxKind.VariableDeclaration:
    case SyntaxKind.PropertyAssignment:
    case SyntaxKind.PropertyDeclaration:
      return (node as ts.VariableDeclaration | ts.PropertyAssignment | ts.PropertyDeclaration).initializer;
    case SyntaxKind.ExportAssignment:
    case SyntaxKind.ReturnStatement:
    case SyntaxKind.ParenthesizedExpression:
      return (node as ts.ExportAssignment | ts.ReturnStatement | ts.ParenthesizedExpression).expression;
    case SyntaxKind.ExpressionStatement: {
      const { expression } = node as ts.ExpressionStatement;
      return expression.kind === SyntaxKind.BinaryExpression
        ? (expression as ts.BinaryExpression).right
        : undefined;
    }
  }
  return undefined;
}
