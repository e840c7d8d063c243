import type ts from "typescript";
import { isAdding, isSetting } from "../syntax/member-names";

/**
 * The values that a statement about a container puts into it: `all.push(x)`, `all.splice(0, 0, x)`, `map.set(k, x)`, `box.a = x`,
 * `box[i] = x`.
 */
export function valuesWrittenTo(tsInstance: typeof ts, container: ts.Expression): readonly ts.Expression[] {
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
  const { text } = access.name;
  if (isAdding(text)) return parent.arguments;
  if (text === "splice") return parent.arguments.slice(2);
  return isSetting(text) ? parent.arguments.slice(1) : [];
}
