import { isMarkerName } from "../1-analyze/markers";
import type { SyntaxRule } from "./rule";

/** `export { raii }`, by a module that the compiler does not know as the source of the markers. */
export const raiiReExported: SyntaxRule = {
  reports: ["raii-re-exported"],
  check({ tsInstance, sourceFile, model, options, report }) {
    if (!sourceFile.text.includes(options.importSource)) return;
    for (const statement of sourceFile.statements) {
      if (!tsInstance.isExportDeclaration(statement) || statement.isTypeOnly) continue;
      const { exportClause, moduleSpecifier } = statement;
      if (exportClause === undefined || !tsInstance.isNamedExports(exportClause)) continue;
      const isFromSource =
        moduleSpecifier !== undefined &&
        tsInstance.isStringLiteral(moduleSpecifier) &&
        moduleSpecifier.text === options.importSource;
      for (const specifier of exportClause.elements) {
        const { text } = specifier.propertyName ?? specifier.name;
        const imported = isFromSource && isMarkerName(text) ? text : undefined;
        const marker = moduleSpecifier === undefined ? model?.markers.named.get(text) : imported;
        if (marker !== undefined && !specifier.isTypeOnly)
          report({ key: "raii-re-exported", node: specifier, args: [marker, options.importSource] });
      }
    }
  },
};
