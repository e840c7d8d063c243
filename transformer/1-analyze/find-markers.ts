import type ts from "typescript";

/** The local names through which a file reaches the marker. */
export interface MarkerBindings {
  /** `import { raii } …`, `import { raii as r } …` */
  readonly named: ReadonlySet<string>;
  /** `import * as ns …`, `import ns = require(…)` */
  readonly namespaces: ReadonlySet<string>;
}

/** Finds the marker's import bindings: it is known by its import, never by its spelling (DESIGN §3). */
export function findMarkers(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  importSource: string,
): MarkerBindings {
  const named = new Set<string>();
  const namespaces = new Set<string>();
  for (const statement of sourceFile.statements) {
    if (tsInstance.isImportDeclaration(statement)) {
      const { moduleSpecifier, importClause } = statement;
      if (!tsInstance.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== importSource) continue;
      const bindings = importClause?.namedBindings;
      if (importClause === undefined || importClause.isTypeOnly || bindings === undefined) continue;
      if (tsInstance.isNamespaceImport(bindings)) namespaces.add(bindings.name.text);
      else
        for (const { isTypeOnly, propertyName, name } of bindings.elements)
          if (!isTypeOnly && (propertyName ?? name).text === "raii") named.add(name.text);
    } else if (tsInstance.isImportEqualsDeclaration(statement) && !statement.isTypeOnly) {
      const reference = statement.moduleReference;
      if (!tsInstance.isExternalModuleReference(reference)) continue;
      const { expression } = reference;
      if (tsInstance.isStringLiteral(expression) && expression.text === importSource)
        namespaces.add(statement.name.text);
    }
  }
  return { named, namespaces };
}
