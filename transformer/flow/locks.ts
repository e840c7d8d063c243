import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Held } from "./held";

/** Words that say so: a lock, and neither a clock nor a block. */
const locking = /(?<![a-zA-Z])lock|Lock|(?<![A-Z])LOCK|[mM]utex|[sS]emaphore/;

/** Whether what is acquired is a lock, as its words say, or the name of its handle's type. */
export function isLock(tsInstance: typeof ts, checker: ts.TypeChecker, { resource, node }: Held): boolean {
  if (resource === undefined) return false;
  if (wordsOf(tsInstance, resource).some((word) => locking.test(word))) return true;
  return locking.test(checker.getTypeAtLocation(node).getSymbol()?.name ?? "");
}

/** The names in `a.b.c()`, `new A()`; what is handed over says nothing. */
function wordsOf(tsInstance: typeof ts, expression: ts.Expression): readonly string[] {
  const node = skipOuterExpressions(tsInstance, expression);
  if (tsInstance.isIdentifier(node)) return [node.text];
  if (tsInstance.isPropertyAccessExpression(node))
    return [node.name.text, ...wordsOf(tsInstance, node.expression)];
  const isMade =
    tsInstance.isCallExpression(node) ||
    tsInstance.isNewExpression(node) ||
    tsInstance.isAwaitExpression(node);
  return isMade ? wordsOf(tsInstance, node.expression) : [];
}
