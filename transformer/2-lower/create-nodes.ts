import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/** `target.method(…)` on a generated variable. */
export function createMethodCall(
  { factory }: LowerContext,
  target: ts.Expression,
  method: string,
  args: readonly ts.Expression[],
): ts.CallExpression {
  return factory.createCallExpression(
    factory.createPropertyAccessExpression(target, method),
    undefined,
    args,
  );
}

/** `const name = value;` */
export function createConst(
  lower: LowerContext,
  name: ts.BindingName,
  value: ts.Expression,
): ts.VariableStatement {
  return createDeclaration(lower, lower.tsInstance.NodeFlags.Const, [[name, value]]);
}

/** `const name = value, …;`, or with another keyword. */
export function createDeclaration(
  { factory }: LowerContext,
  keyword: ts.NodeFlags,
  bindings: readonly (readonly [name: ts.BindingName, value?: ts.Expression])[],
): ts.VariableStatement {
  const declarations = bindings.map(([name, value]) =>
    factory.createVariableDeclaration(name, undefined, undefined, value),
  );
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList(declarations, keyword),
  );
}

/** `target = value;` */
export function createAssignment(
  { factory }: LowerContext,
  target: ts.Expression,
  value: ts.Expression,
): ts.Statement {
  return factory.createExpressionStatement(factory.createAssignment(target, value));
}

/** `(…parameters) => body` */
export function createArrow(
  { factory }: LowerContext,
  parameters: readonly ts.Identifier[],
  body: ts.Expression,
): ts.ArrowFunction {
  const list = parameters.map((name) => factory.createParameterDeclaration(undefined, undefined, name));
  return factory.createArrowFunction(undefined, undefined, list, undefined, undefined, body);
}
