import type ts from "typescript";

/** The values that a statement about a container puts into it: `all.push(x)`, `map.set(k, x)`, `box.a = x`, `box[i] = x`. */
export function valuesPutInto(tsInstance: typeof ts, container: ts.Expression): readonly ts.Expression[] {
  const access = container.parent;
  const isAccess =
    tsInstance.isPropertyAccessExpression(access) || tsInstance.isElementAccessExpression(access);
  if (!isAccess || access.expression !== container) return [];
  const { parent } = access;
  if (
    tsInstance.isBinaryExpression(parent) &&
    parent.left === access &&
    parent.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken
  )
    return [parent.right];
  if (!tsInstance.isCallExpression(parent) || parent.expression !== access) return [];
  if (!tsInstance.isPropertyAccessExpression(access)) return [];
  switch (access.name.text) {
    case "push":
    case "unshift":
    case "add":
      return parent.arguments;
    case "set":
      return parent.arguments.slice(1);
  }
  return [];
}
