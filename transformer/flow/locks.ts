import type ts from "typescript";
import { isLockName } from "../syntax/member-names";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Held } from "./held";

/** Whether what is acquired is a lock, as its words say, or the name of its handle's type. */
export function isLock(tsInstance: typeof ts, checker: ts.TypeChecker, { resource, node }: Held): boolean {
  if (resource === undefined) return false;
  if (namesIn(tsInstance, resource).some(isLockName)) return true;
  return isLockName(checker.getTypeAtLocation(node).getSymbol()?.name ?? "");
}

/** The names in `a.b.c()`, `new A()`; what is handed over says nothing. */
function namesIn(tsInstance: typeof ts, expression: ts.Expression): readonly string[] {
  const node = skipOuterExpressions(tsInstance, expression);
  if (tsInstance.isIdentifier(node)) return [node.text];
  if (tsInstance.isPropertyAccessExpression(node))
    return [node.name.text, ...namesIn(tsInstance, node.expression)];
  const isMade =
    tsInstance.isCallExpression(node) ||
    tsInstance.isNewExpression(node) ||
    tsInstance.isAwaitExpression(node);
  return isMade ? namesIn(tsInstance, node.expression) : [];
}
