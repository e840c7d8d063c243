import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { LowerContext } from "./lower-context";

/** Whether it is an anonymous function or class, which is named by the variable it is assigned to. */
export function takesName(tsInstance: typeof ts, value: ts.Expression): boolean {
  const inner = skipOuterExpressions(tsInstance, value);
  if (tsInstance.isArrowFunction(inner)) return true;
  const hasName = tsInstance.isFunctionExpression(inner) || tsInstance.isClassExpression(inner);
  return hasName && inner.name === undefined;
}

/** An anonymous function or class must not be named by the variable it passes through. */
export function unnamed({ factory, tsInstance }: LowerContext, value: ts.Expression): ts.Expression {
  return takesName(tsInstance, value) ? factory.createComma(factory.createNumericLiteral(0), value) : value;
}
