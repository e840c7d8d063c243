import type ts from "typescript";
import type { MarkerName } from "../1-analyze/markers";
import type { Fix } from "../diagnostics/finding";
import type { FixedFile } from "./fixed-file";
import { importName } from "./import-name";

/** Imports a marker where a file names it. */
export function importMarker(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  importSource: string,
  name: MarkerName = "raii",
): Fix {
  const title = `Import ${name} from "${importSource}"`;
  return { id: "import-raii", title, edits: importName(tsInstance, sourceFile, name, importSource).edits };
}

/** `const { raii } = require("ts-raii");` becomes an import. */
export function importInsteadOfRequire({ tsInstance, sourceFile, options, node }: FixedFile): readonly Fix[] {
  const declaration = node.parent.parent;
  if (!tsInstance.isBindingElement(node) || !tsInstance.isVariableDeclaration(declaration)) return [];
  if (!tsInstance.isVariableDeclarationList(declaration.parent)) return [];
  const statement = declaration.parent.parent;
  const { initializer } = declaration;
  const isPlain =
    tsInstance.isVariableStatement(statement) &&
    tsInstance.isSourceFile(statement.parent) &&
    statement.modifiers === undefined &&
    declaration.parent.declarations.length === 1 &&
    initializer !== undefined &&
    tsInstance.isCallExpression(initializer) &&
    tsInstance.isIdentifier(initializer.expression) &&
    tsInstance.isObjectBindingPattern(declaration.name);
  if (!isPlain) return [];
  const names = (declaration.name as ts.ObjectBindingPattern).elements.map((each) => {
    const isName = each.dotDotDotToken === undefined && each.initializer === undefined;
    if (!isName || !tsInstance.isIdentifier(each.name)) return undefined;
    if (each.propertyName === undefined) return each.name.text;
    return tsInstance.isIdentifier(each.propertyName)
      ? `${each.propertyName.text} as ${each.name.text}`
      : undefined;
  });
  if (names.includes(undefined)) return [];
  const start = statement.getStart(sourceFile);
  const text = `import { ${names.join(", ")} } from "${options.importSource}";`;
  const edits = [{ start, length: statement.end - start, text }];
  return [{ id: "import-raii", title: "Import it", edits }];
}
