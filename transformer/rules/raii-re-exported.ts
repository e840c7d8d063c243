import type { Rule } from "./rule";

/** `export { raii }`, by a module that the compiler does not know as the source of the marker. */
export const raiiReExported: Rule = {
  needsTypes: false,
  check({ tsInstance, sourceFile, model, options, say }) {
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
        const isMarker =
          moduleSpecifier === undefined ? model?.markers.named.has(text) : isFromSource && text === "raii";
        if (isMarker === true && !specifier.isTypeOnly)
          say({ key: "raii-re-exported", node: specifier, args: [options.importSource] });
      }
    }
  },
};
