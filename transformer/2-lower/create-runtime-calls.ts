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
  { factory, tsInstance }: LowerContext,
  name: ts.Identifier,
  value: ts.Expression,
): ts.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], tsInstance.NodeFlags.Const),
  );
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
