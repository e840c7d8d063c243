import type ts from "typescript";
import { type Frame, isTopLevelName } from "./frame";
import { skipOuterExpressions } from "./skip-outer-expressions";
import type { MarkerImport, MarkerReference } from "./plan";

/** The local names through which a file reaches the marker. */
export interface MarkerBindings {
  /** `import { raii } …`, `import { raii as r } …` */
  readonly named: ReadonlySet<string>;
  /** `import * as ns …`, `import ns = require(…)` */
  readonly namespaces: ReadonlySet<string>;
  /** The first statement that imports it. */
  readonly statement: MarkerImport | undefined;
}

/** Finds the marker's import bindings: it is known by its import, never by its spelling (spec, Annotation and marker). */
export function findMarkers(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  importSource: string,
): MarkerBindings {
  const named = new Set<string>();
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
        if (isTypeOnly || (propertyName ?? name).text !== "raii") continue;
        named.add(name.text);
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

/** Whether a call in `frame` is one of the marker: through an import, and nothing on the way out shadows it. */
export function findMarkerReference(
  tsInstance: typeof ts,
  markers: MarkerBindings,
  { expression }: ts.CallExpression,
  frame: Frame,
): MarkerReference | undefined {
  const callee = skipOuterExpressions(tsInstance, expression);
  if (tsInstance.isIdentifier(callee)) {
    const isMarker = markers.named.has(callee.text) && isTopLevelName(frame, callee.text);
    return isMarker ? { identifier: callee, isNamespace: false } : undefined;
  }
  const isMember =
    (tsInstance.isPropertyAccessExpression(callee) && callee.name.text === "raii") ||
    (tsInstance.isElementAccessExpression(callee) &&
      tsInstance.isStringLiteralLike(callee.argumentExpression) &&
      callee.argumentExpression.text === "raii");
  if (!isMember) return undefined;
  const namespace = skipOuterExpressions(tsInstance, callee.expression);
  if (!tsInstance.isIdentifier(namespace) || !markers.namespaces.has(namespace.text)) return undefined;
  return isTopLevelName(frame, namespace.text) ? { identifier: namespace, isNamespace: true } : undefined;
}
