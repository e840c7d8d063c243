import type ts from "typescript";
import type { MarkerImport } from "../1-analyze/plan-types";
import { directivePrologue } from "../syntax/find-directives";
import { loadsByRequire } from "./loads-by-require";
import type { LowerContext } from "./lower-context";

// given:    import { raii } from "ts-raii";
// produces: import { raii } from "ts-raii";
//           import * as raii_1 from "ts-raii";          an ES module
//           import raii_1 = require("ts-raii");         CommonJS
//
// A namespace: a named import that a transformer adds is a ReferenceError in CommonJS. Beside the marker's, so that
// modules are evaluated in the order they were. In an ES module it has the form of the marker's, since `import … = require(…)`
// reaches another copy of the runtime there than `import` does. In CommonJS both are a call of `require`, but TypeScript
// wraps that of `import *` in a helper, which may be missing: `noEmitHelpers`, or `importHelpers` without tslib.
export function importNamespace(
  lower: LowerContext,
  statements: ts.NodeArray<ts.Statement>,
): ts.NodeArray<ts.Statement> {
  const {
    factory,
    namespace,
    plan: { importSource, markerImport },
    tsInstance,
  } = lower;
  if (namespace === undefined) return statements;
  const isDeclaration = markerImport === undefined || tsInstance.isImportDeclaration(markerImport);
  const copy = factory.createStringLiteral(
    markerImport === undefined ? importSource : sourceOf(markerImport),
  );
  const added =
    isDeclaration && !loadsByRequire(lower)
      ? factory.createImportDeclaration(
          undefined,
          factory.createImportClause(undefined, undefined, factory.createNamespaceImport(namespace)),
          copy,
        )
      : factory.createImportEqualsDeclaration(
          undefined,
          false,
          namespace,
          factory.createExternalModuleReference(copy),
        );
  const after =
    markerImport === undefined
      ? [...directivePrologue(tsInstance, statements)].length
      : statements.indexOf(markerImport) + 1;
  const all = [...statements.slice(0, after), added, ...statements.slice(after)];
  return tsInstance.setTextRange(factory.createNodeArray(all), statements);

  function sourceOf(statement: MarkerImport): string {
    const specifier = tsInstance.isImportDeclaration(statement)
      ? statement.moduleSpecifier
      : (statement.moduleReference as ts.ExternalModuleReference).expression;
    return (specifier as ts.StringLiteral).text;
  }
}
