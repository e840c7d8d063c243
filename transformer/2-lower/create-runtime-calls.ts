import type ts from "typescript";
import type { MarkerReference } from "../1-analyze/plan-types";
import { createName } from "./create-name";
import type { LowerContext } from "./lower-context";
import { createCallOnOwnLine } from "./map-to-own-line";

/**
 * A marker, by the user's own import: the one form that holds in CommonJS and ES modules, with a Program and without
 * (measured; a named import added by a transformer is a ReferenceError in CommonJS).
 */
export function createMarker(
  { factory, tsInstance }: LowerContext,
  { identifier, name: marker, isNamespace }: MarkerReference,
): ts.Expression {
  // A new node for each use, but with the original's identity: the compiler's resolver finds the import by it.
  const name = tsInstance.setOriginalNode(factory.createIdentifier(identifier.text), identifier);
  return isNamespace ? factory.createPropertyAccessExpression(name, marker) : name;
}

/** `raii_1`: what the marker does not carry, for it would be in every bundle. */
export function runtimeOf(lower: LowerContext): ts.Identifier {
  return (lower.namespace ??= createName(lower, "raii"));
}

/** `raii_1.name` */
export function createRuntimeAccess(lower: LowerContext, name: string): ts.PropertyAccessExpression {
  return lower.factory.createPropertyAccessExpression(runtimeOf(lower), name);
}

/** `raii_1.name(…)` */
export function createRuntimeCall(
  lower: LowerContext,
  name: string,
  args: readonly ts.Expression[],
): ts.Expression {
  return lower.factory.createCallExpression(createRuntimeAccess(lower, name), undefined, args);
}

/** `raii_1.⏎name(…)` */
export function createRuntimeCallOnOwnLine(
  lower: LowerContext,
  name: string,
  args: readonly ts.Expression[],
  place: ts.TextRange | undefined,
): ts.Expression {
  return createCallOnOwnLine(lower, runtimeOf(lower), name, args, place);
}

/** The class of the scope of a function or block: that of an async function looks after cancel scopes. */
export function scopeClass(
  { body }: LowerContext,
  isAsync: boolean,
): "MaskedScope" | "BlockScope" | undefined {
  if (!body!.plan.isAsync) return undefined;
  return isAsync ? "MaskedScope" : "BlockScope";
}

/** `new raii_1.name(…)` */
export function createRuntimeObject(
  lower: LowerContext,
  name: string,
  args: readonly ts.Expression[],
): ts.Expression {
  return lower.factory.createNewExpression(createRuntimeAccess(lower, name), undefined, args);
}
