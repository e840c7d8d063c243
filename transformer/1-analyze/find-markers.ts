import type ts from "typescript";
import { memberName } from "../syntax/member-name";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { type Frame, isTopLevelName } from "./frame";
import { isMarkerName, type MarkerName } from "./markers";
import type { MarkerImport, MarkerReference } from "./plan-types";

/** The local names through which a file reaches the markers. */
export interface MarkerBindings {
  /** `import { raii } …`, `import { raii as r } …`: which marker a name stands for. */
  readonly named: ReadonlyMap<string, MarkerName>;
  /** `import * as ns …`, `import ns = require(…)` */
  readonly namespaces: ReadonlySet<string>;
  /** The first statement that imports one. */
  readonly statement: MarkerImport | undefined;
}

/** Finds the import bindings of the markers (spec, Annotation and marker). */
export function findMarkers(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  importSource: string,
): MarkerBindings {
  const named = new Map<string, MarkerName>();
  const namespaces = new Set<string>();
  let found: MarkerImport | undefined;
  for (const statement of sourceFile.statements) {
    if (tsInstance.isImportDeclaration(statement)) {
      const { moduleSpecifier, importClause } = statement;
      if (!tsInstance.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== importSource) continue;
      const bindings = importClause?.namedBindings;
      if (importClause === undefined || importClause.isTypeOnly || bindings === undefined) continue;
      if (tsInstance.isNamespaceImport(bindings)) {
        namespaces.add(bindings.name.text);
        found ??= statement;
        continue;
      }
      for (const { isTypeOnly, propertyName, name } of bindings.elements) {
        const { text } = propertyName ?? name;
        if (isTypeOnly || !isMarkerName(text)) continue;
        named.set(name.text, text);
        found ??= statement;
      }
    } else if (tsInstance.isImportEqualsDeclaration(statement) && !statement.isTypeOnly) {
      const reference = statement.moduleReference;
      if (!tsInstance.isExternalModuleReference(reference)) continue;
      const { expression } = reference;
      if (!tsInstance.isStringLiteral(expression) || expression.text !== importSource) continue;
      namespaces.add(statement.name.text);
      found ??= statement;
    }
  }
  return { named, namespaces, statement: found };
}

/** The marker that a call in `frame` is of: `raii(x)`, or `raii.function(x)`. */
export function findMarkerCall(
  tsInstance: typeof ts,
  markers: MarkerBindings,
  { expression }: ts.CallExpression,
  frame: Frame,
): { readonly marker: MarkerReference; readonly isOfFunction: boolean } | undefined {
  const callee = skipOuterExpressions(tsInstance, expression);
  const whole = findMarkerReference(tsInstance, markers, callee, frame);
  if (whole !== undefined) return { marker: whole, isOfFunction: false };
  if (memberName(tsInstance, callee) !== "function") return undefined;
  const object = skipOuterExpressions(tsInstance, (callee as ts.AccessExpression).expression);
  const marker = findMarkerReference(tsInstance, markers, object, frame);
  return marker?.name === "raii" ? { marker, isOfFunction: true } : undefined;
}

/** The marker that an expression in `frame` names: through an import, and nothing on the way out shadows that. */
export function findMarkerReference(
  tsInstance: typeof ts,
  markers: MarkerBindings,
  callee: ts.Expression,
  frame: Frame,
): MarkerReference | undefined {
  if (tsInstance.isIdentifier(callee)) {
    const name = markers.named.get(callee.text);
    const isMarker = name !== undefined && isTopLevelName(frame, callee.text);
    return isMarker ? { identifier: callee, name, isNamespace: false } : undefined;
  }
  const name = memberName(tsInstance, callee);
  if (name === undefined || !isMarkerName(name)) return undefined;
  const { expression: object } = callee as ts.AccessExpression;
  const namespace = skipOuterExpressions(tsInstance, object);
  if (!tsInstance.isIdentifier(namespace) || !markers.namespaces.has(namespace.text)) return undefined;
  return isTopLevelName(frame, namespace.text)
    ? { identifier: namespace, name, isNamespace: true }
    : undefined;
}
