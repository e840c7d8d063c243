import type ts from "typescript";
import { isMarkerName } from "../1-analyze/markers";
import type { TextEdit } from "../diagnostics/finding";

/** How a file names what a module exports, and what is to be written for that. */
export interface ImportedName {
  /** `closing`, `ns.closing`, or what the file imports it as. */
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Names an export of the runtime: by the import there is, by adding to one, or by one more, before the others.
 *
 * @param own what it is to be called in this file; else its own name, or one that is free.
 */
export function importName(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  name: string,
  importSource: string,
  own?: string,
): ImportedName {
  let list: ts.NamedImports | undefined;
  let namespace: string | undefined;
  for (const statement of sourceFile.statements) {
    if (tsInstance.isImportEqualsDeclaration(statement)) {
      const { moduleReference, name: alias, isTypeOnly } = statement;
      const source =
        tsInstance.isExternalModuleReference(moduleReference) && !isTypeOnly && moduleReference.expression;
      if (source && tsInstance.isStringLiteral(source) && source.text === importSource)
        namespace ??= alias.text;
    }
    if (!tsInstance.isImportDeclaration(statement)) continue;
    const { moduleSpecifier, importClause } = statement;
    if (!tsInstance.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== importSource) continue;
    const bindings = importClause?.namedBindings;
    if (importClause?.isTypeOnly || bindings === undefined) continue;
    if (tsInstance.isNamespaceImport(bindings)) namespace ??= bindings.name.text;
    else {
      const known = bindings.elements.find(
        (each) =>
          !each.isTypeOnly &&
          (each.propertyName ?? each.name).text === name &&
          (own === undefined || own === each.name.text),
      );
      if (known !== undefined) return { text: known.name.text, edits: [] };
      list ??= bindings;
    }
  }
  if (list === undefined && namespace !== undefined && own === undefined)
    return { text: `${namespace}.${name}`, edits: [] };

  // A marker is asked for where its name means nothing yet; of the others it may mean something else.
  const isTaken = !isMarkerName(name) && new RegExp(`\\b${name}\\b`).test(sourceFile.text);
  const text = own ?? (isTaken ? `${name}Resource` : name);
  const specifier = text === name ? name : `${name} as ${text}`;
  if (list !== undefined) {
    const last = list.elements.at(-1);
    const start = last?.end ?? list.getStart(sourceFile) + 1;
    return { text, edits: [{ start, length: 0, text: last ? `, ${specifier}` : ` ${specifier} ` }] };
  }
  const lineEnd = sourceFile.text.includes("\r\n") ? "\r\n" : "\n";
  // Directives and the comment at the top of the file stay where they are.
  const before =
    sourceFile.statements.find(tsInstance.isImportDeclaration) ??
    sourceFile.statements.find((each) => !isDirective(tsInstance, each));
  const start = before?.getStart(sourceFile) ?? sourceFile.end;
  return {
    text,
    edits: [{ start, length: 0, text: `import { ${specifier} } from "${importSource}";${lineEnd}` }],
  };
}

function isDirective(tsInstance: typeof ts, statement: ts.Statement): boolean {
  return tsInstance.isExpressionStatement(statement) && tsInstance.isStringLiteral(statement.expression);
}
