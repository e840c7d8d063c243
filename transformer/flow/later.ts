import type ts from "typescript";
import { isFunctionNode } from "../syntax/function-node";
import { contains, walkCode } from "../syntax/nodes";

/**
 * Whether a scope may still be open when something that has been started at `node` goes on: something is awaited or
 * yielded after it, around it, or in a loop around it.
 */
export function suspendsAfter(tsInstance: typeof ts, scope: ts.Node, node: ts.Node): boolean {
  let loop: ts.Node | undefined;
  for (let current = node.parent; contains(scope, current) && current !== scope; current = current.parent) {
    if (tsInstance.isAwaitExpression(current) || tsInstance.isYieldExpression(current)) return true;
    if (isFunctionNode(tsInstance, current)) break;
    if (tsInstance.isIterationStatement(current, false)) loop = current;
  }
  let suspends = false;
  walkCode(tsInstance, scope, (each) => {
    if (suspends || isFunctionNode(tsInstance, each)) return false;
    const isSuspension =
      tsInstance.isAwaitExpression(each) ||
      tsInstance.isYieldExpression(each) ||
      (tsInstance.isForOfStatement(each) && each.awaitModifier !== undefined);
    suspends ||= isSuspension && (each.end > node.end || (loop !== undefined && contains(loop, each)));
    return true;
  });
  return suspends;
}

/** Whether something is called in a scope after `node`: until then it may well be meant to be there. */
export function callsAfter(tsInstance: typeof ts, scope: ts.Node, node: ts.Node): boolean {
  let calls = false;
  walkCode(tsInstance, scope, (each) => {
    if (calls || isFunctionNode(tsInstance, each)) return false;
    calls ||=
      each.pos >= node.end && (tsInstance.isCallExpression(each) || tsInstance.isAwaitExpression(each));
    return true;
  });
  return calls;
}
