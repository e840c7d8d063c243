import type ts from "typescript";
import { importName, type ImportedName } from "./import-name";

/** Names a type of the runtime, as `importName` names a value: a type that is imported as one will do. */
export function importType(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  name: "Resource" | "AsyncResource",
  importSource: string,
): ImportedName {
  for (const statement of sourceFile.statements) {
    if (!tsInstance.isImportDeclaration(statement)) continue;
    const { moduleSpecifier, importClause } = statement;
    const bindings = importClause?.namedBindings;
    if (!tsInstance.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== importSource) continue;
    if (bindings === undefined || !tsInstance.isNamedImports(bindings)) continue;
    const known = bindings.elements.find((each) => (each.propertyName ?? each.name).text === name);
    if (known !== undefined) return { text: known.name.text, edits: [] };
  }
  const { text, edits } = importName(tsInstance, sourceFile, name, importSource);
  // Of an import that says so nothing is left when it is compiled.
  const specifier = new RegExp(`\\b${name}\\b`);
  return {
    text,
    edits: edits.map((each) => ({ ...each, text: each.text.replace(specifier, `type ${name}`) })),
  };
}
