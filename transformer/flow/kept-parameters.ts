import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";

/**
 * The parameters of a class's constructor that its objects keep, as its text shows: parameter properties, and
 * `this.x = parameter`. None where the text is not in sight.
 */
export function keptParameters(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  node: ts.NewExpression,
): ReadonlySet<number> {
  const kept = new Set<number>();
  const declaration = checker.getResolvedSignature(node)?.declaration;
  if (declaration === undefined || !tsInstance.isConstructorDeclaration(declaration)) return kept;
  const indexOf = new Map<string, number>();
  declaration.parameters.forEach((parameter, index) => {
    if (tsInstance.isParameterPropertyDeclaration(parameter, declaration)) kept.add(index);
    if (tsInstance.isIdentifier(parameter.name)) indexOf.set(parameter.name.text, index);
  });
  for (const statement of declaration.body?.statements ?? []) {
    if (!tsInstance.isExpressionStatement(statement)) continue;
    const { expression } = statement;
    if (!tsInstance.isBinaryExpression(expression)) continue;
    const { left, operatorToken } = expression;
    const isOfThis =
      operatorToken.kind === tsInstance.SyntaxKind.EqualsToken &&
      tsInstance.isPropertyAccessExpression(left) &&
      left.expression.kind === tsInstance.SyntaxKind.ThisKeyword;
    const right = skipOuterExpressions(tsInstance, expression.right);
    const index = tsInstance.isIdentifier(right) ? indexOf.get(right.text) : undefined;
    if (isOfThis && index !== undefined) kept.add(index);
  }
  return kept;
}
