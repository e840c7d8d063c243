import type ts from "typescript";

/** The name of a member that an expression reads: `raii` of `ns.raii` and `ns["raii"]`. `undefined` for anything else. */
export function memberName(tsInstance: typeof ts, callee: ts.Node): string | undefined {
  if (tsInstance.isPropertyAccessExpression(callee)) return callee.name.text;
  if (!tsInstance.isElementAccessExpression(callee)) return undefined;
  const { argumentExpression } = callee;
  return tsInstance.isStringLiteralLike(argumentExpression) ? argumentExpression.text : undefined;
}
