import type ts from "typescript";
import type { LowerContext } from "./lower-context";

// given:    import { raii } from "ts-raii";
// produces: import { raii } from "ts-raii";
//           import * as raii_1 from "ts-raii";
//
// A namespace: a named import that a transformer adds is a ReferenceError in CommonJS. Beside the marker's, so that
// modules are evaluated in the order they were, and in the form of the marker's: in an ES module `import … = require(…)`
// reaches another copy of the runtime than `import` does.
export function importNamespace(
  { factory, namespace, plan: { markerImport }, tsInstance }: LowerContext,
  statements: ts.NodeArray<ts.Statement>,
): ts.NodeArray<ts.Statement> {
  if (namespace === undefined || markerImport === undefined) return statements;
  const copyOf = (specifier: ts.Expression): ts.Expression =>
    factory.createStringLiteral((specifier as ts.StringLiteral).text);
  const added = tsInstance.isImportDeclaration(markerImport)
    ? factory.createImportDeclaration(
        undefined,
        factory.createImportClause(undefined, undefined, factory.createNamespaceImport(namespace)),
        copyOf(markerImport.moduleSpecifier),
      )
    : factory.createImportEqualsDeclaration(
        undefined,
        false,
        namespace,
        factory.createExternalModuleReference(
          copyOf((markerImport.moduleReference as ts.ExternalModuleReference).expression),
        ),
      );
  const after = statements.indexOf(markerImport) + 1;
  const all = [...statements.slice(0, after), added, ...statements.slice(after)];
  return tsInstance.setTextRange(factory.createNodeArray(all), statements);
}
