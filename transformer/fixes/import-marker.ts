import type ts from "typescript";
import type { MarkerName } from "../1-analyze/markers";
import type { Fix, TextEdit } from "../finding";
import type { FixedFile } from "./fixed-file";

/** Imports a marker where a file names it. */
export function importMarker(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  importSource: string,
  name: MarkerName = "raii",
): Fix {
  const title = `Import ${name} from "${importSource}"`;
  return { id: "import-raii", title, edits: [importEdit(tsInstance, sourceFile, importSource, name)] };
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

/** Adds to the import there is, or writes one before the others. */
function importEdit(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  importSource: string,
  name: MarkerName,
): TextEdit {
  const imports = sourceFile.statements.filter(tsInstance.isImportDeclaration);
  for (const { moduleSpecifier, importClause } of imports) {
    if (!tsInstance.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== importSource) continue;
    const bindings = importClause?.namedBindings;
    if (importClause?.isTypeOnly || bindings === undefined || !tsInstance.isNamedImports(bindings)) continue;
    const last = bindings.elements.at(-1);
    if (last !== undefined) return { start: last.end, length: 0, text: `, ${name}` };
  }
  const lineEnd = sourceFile.text.includes("\r\n") ? "\r\n" : "\n";
  const text = `import { ${name} } from "${importSource}";${lineEnd}`;
  // Directives and the comment at the top of the file stay where they are.
  const before = imports[0] ?? sourceFile.statements.find((each) => !isDirective(tsInstance, each));
  return { start: before?.getStart(sourceFile) ?? sourceFile.end, length: 0, text };
}

function isDirective(tsInstance: typeof ts, statement: ts.Statement): boolean {
  return tsInstance.isExpressionStatement(statement) && tsInstance.isStringLiteral(statement.expression);
}
