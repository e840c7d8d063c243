import type ts from "typescript";
import { propertyOf } from "../../flow/destructuring";
import { isChaining } from "../../syntax/member-names";
import { skipOuterExpressions } from "../../syntax/skip-outer-expressions";

/**
 * Whether a promise, and what is chained to it, goes on with nothing when nobody waits for it any more: `once(child, "exit")`
 * only listens, and what is given a signal is stopped by it.
 */
export function isWaiting(tsInstance: typeof ts, promise: ts.Expression): boolean {
  let call = skipOuterExpressions(tsInstance, promise);
  while (tsInstance.isCallExpression(call) && tsInstance.isPropertyAccessExpression(call.expression)) {
    if (!isChaining(call.expression.name.text)) break;
    call = skipOuterExpressions(tsInstance, call.expression.expression);
  }
  if (!tsInstance.isCallExpression(call)) return false;
  const { expression: callee, arguments: given } = call;
  const name = tsInstance.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  return /^(?:once|on|finished|closed)$/.test(name) || given.some((each) => isSignal(tsInstance, each));
}

function isSignal(tsInstance: typeof ts, given: ts.Expression): boolean {
  return tsInstance.isObjectLiteralExpression(given)
    ? propertyOf(tsInstance, given, "signal") !== undefined
    : /(?:^|\.)signal$/.test(given.getText());
}
