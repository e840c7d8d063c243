import type ts from "typescript";
import { skipOuterExpressions } from "./skip-outer-expressions";

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

function valueOf(tsInstance: typeof ts, node: ts.Node): ts.Expression | undefined {
  if (tsInstance.isVariableStatement(node)) return node.declarationList.declarations[0]?.initializer;
  if (
    tsInstance.isVariableDeclaration(node) ||
    tsInstance.isPropertyAssignment(node) ||
    tsInstance.isPropertyDeclaration(node)
  ) {
    return node.initializer;
  }
  if (
    tsInstance.isExportAssignment(node) ||
    tsInstance.isReturnStatement(node) ||
    tsInstance.isParenthesizedExpression(node)
  ) {
    return node.expression;
  }
  if (tsInstance.isExpressionStatement(node) && tsInstance.isBinaryExpression(node.expression)) {
    return node.expression.right;
  }
  return undefined;
}
