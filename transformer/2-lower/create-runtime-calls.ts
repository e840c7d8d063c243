import type ts from "typescript";
import type { MarkerReference } from "../1-analyze/plan";
import type { LowerContext } from "./lower-context";

/**
 * The marker, by the user's own import: the one form that holds in CommonJS and ES modules, with a Program and without
 * (measured; a named import added by a transformer is a ReferenceError in CommonJS).
 */
export function createMarker(
  { factory, tsInstance }: LowerContext,
  { identifier, isNamespace }: MarkerReference,
): ts.Expression {
  // A new node for each use, but with the original's identity: the compiler's resolver finds the import by it.
  const name = tsInstance.setOriginalNode(factory.createIdentifier(identifier.text), identifier);
  return isNamespace ? factory.createPropertyAccessExpression(name, "raii") : name;
}

/** `raii_1.name`: what the marker does not carry, for it would be in every bundle. */
export function createRuntimeAccess(lower: LowerContext, name: string): ts.PropertyAccessExpression {
  const { factory } = lower;
  lower.namespace ??= factory.createUniqueName("raii");
  return factory.createPropertyAccessExpression(lower.namespace, name);
}

/** `raii_1.name(…)` */
export function createRuntimeCall(
  lower: LowerContext,
  name: string,
  args: readonly ts.Expression[],
): ts.Expression {
  return lower.factory.createCallExpression(createRuntimeAccess(lower, name), undefined, args);
}

/** `new raii_1.name(…)` */
export function createRuntimeObject(
  lower: LowerContext,
  name: string,
  args: readonly ts.Expression[],
): ts.Expression {
  return lower.factory.createNewExpression(createRuntimeAccess(lower, name), undefined, args);
}

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
