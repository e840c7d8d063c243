import type ts from "typescript";
import { skipOuterExpressions } from "./skip-outer-expressions";

/** Whether it is an anonymous function or class, which is named by the variable it is assigned to. */
export function takesName(tsInstance: typeof ts, value: ts.Expression): boolean {
  const inner = skipOuterExpressions(tsInstance, value);
  if (tsInstance.isArrowFunction(inner)) return true;
  const hasName = tsInstance.isFunctionExpression(inner) || tsInstance.isClassExpression(inner);
  return hasName && inner.name === undefined;
}
