import type ts from "typescript";
import type { TextEdit } from "../diagnostics/finding";

/** Removes a name from an import, and the import with it where it imports nothing else: what `importName` has written. */
export function removeImport(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  specifier: ts.ImportSpecifier,
): readonly TextEdit[] {
  const { elements } = specifier.parent;
  const clause = specifier.parent.parent;
  const index = elements.indexOf(specifier);
  if (elements.length > 1) {
    const start = index > 0 ? elements[index - 1]!.end : specifier.getStart(sourceFile);
    const end = index > 0 ? specifier.end : elements[1]!.getStart(sourceFile);
    return [{ start, length: end - start, text: "" }];
  }
  const statement = clause.parent;
  if (clause.name !== undefined || !tsInstance.isImportDeclaration(statement)) return [];
  const start = statement.getStart(sourceFile);
  const [lineEnd] = /^[ \t]*(?:\r?\n)?/.exec(sourceFile.text.slice(statement.end))!;
  return [{ start, length: statement.end + lineEnd.length - start, text: "" }];
}
