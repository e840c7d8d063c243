import type ts from "typescript";
import { takesName } from "../syntax/takes-name";
import type { LowerContext } from "./lower-context";

/** An anonymous function or class must not be named by the variable it passes through. */
export function unnamed({ factory, tsInstance }: LowerContext, value: ts.Expression): ts.Expression {
  return takesName(tsInstance, value) ? factory.createComma(factory.createNumericLiteral(0), value) : value;
}
