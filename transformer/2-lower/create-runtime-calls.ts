import type ts from "typescript";
import type { MarkerReference } from "../1-analyze/plan";
import type { LowerContext } from "./lower-context";

/**
 * `raii.method(…)`, through the user's own import: the one form that holds in CommonJS and ES modules, with a Program
 * and without (measured; a named import added by a transformer is a ReferenceError in CommonJS).
 */
export function createRuntimeCall(
  { factory, tsInstance }: LowerContext,
  { identifier, isNamespace }: MarkerReference,
  method: "run" | "scope",
  args: readonly ts.Expression[],
): ts.CallExpression {
  // A new node for each use, but with the original's identity: the compiler's resolver finds the import by it.
  const name = tsInstance.setOriginalNode(factory.createIdentifier(identifier.text), identifier);
  const marker = isNamespace ? factory.createPropertyAccessExpression(name, "raii") : name;
  return factory.createCallExpression(
    factory.createPropertyAccessExpression(marker, method),
    undefined,
    args,
  );
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
