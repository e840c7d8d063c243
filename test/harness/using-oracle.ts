import ts from "typescript";
import { applyEdits, type Edit } from "./lower-using.ts";

/**
 * Says the same with TC39's `using`, where it can be said: `const x = raii(e)` is `using x = e`, and
 * `const x = await raii(e)` is `await using x = e` (S8).
 * @returns the text, or what in it cannot be said so; such a fixture has an oracle written by hand beside it.
 */
export function sayWithUsing(source: string): { readonly text: string } | { readonly unsayable: string } {
  const file = ts.createSourceFile("fixture.ts", source, ts.ScriptTarget.ESNext, true);
  const edits: Edit[] = [];
  const unsayable: string[] = [];
  let unnamed = 0;
  const markers = findMarkers(file);
  const isMarker = (node: ts.Node): node is ts.CallExpression =>
    ts.isCallExpression(node) && markers.has(node.expression.getText());
  /** `raii(e)` or `await raii(e)`. */
  const isAcquisition = (node: ts.Node | undefined): node is ts.CallExpression | ts.AwaitExpression =>
    node !== undefined && isMarker(ts.isAwaitExpression(node) ? node.expression : node);

  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclarationList(node) && node.declarations.some((d) => isAcquisition(d.initializer))) {
      const isVar = (node.flags & ts.NodeFlags.BlockScoped) === 0;
      const first = node.declarations[0]!;
      const all = node.declarations.every(
        ({ name, initializer }) =>
          ts.isIdentifier(name) && isAcquisition(initializer) && initializer.kind === first.initializer!.kind,
      );
      const isReassigned = (node.flags & ts.NodeFlags.Let) !== 0;
      const inForOf = ts.isForOfStatement(node.parent) || ts.isForInStatement(node.parent);
      const inClause = ts.isCaseOrDefaultClause(node.parent.parent);
      if (isVar || !all || isReassigned || inForOf || inClause) unsayable.push(node.getText());
      else edits.push({ start: node.getStart(), end: first.getStart(), text: declare(first.initializer!) });
      for (const { initializer } of node.declarations) if (isAcquisition(initializer)) unwrap(initializer);
      return;
    }
    if (ts.isExpressionStatement(node) && isAcquisition(node.expression)) {
      if (!ts.isBlock(node.parent)) unsayable.push(node.getText());
      const text = `${declare(node.expression)}_unnamed${unnamed++} = `;
      edits.push({ start: node.getStart(), end: node.getStart(), text });
      return unwrap(node.expression);
    }
    if (isMarker(node)) unsayable.push(node.getText());
    if (
      ts.isExpressionStatement(node) &&
      ts.isStringLiteral(node.expression) &&
      node.expression.text === "use raii"
    ) {
      edits.push({ start: node.getStart(), end: node.getEnd(), text: "" });
    }
    ts.forEachChild(node, visit);
  };
  const declare = (acquisition: ts.Node): string =>
    ts.isAwaitExpression(acquisition) ? "await using " : "using ";
  /** Keeps the argument, in parentheses. */
  const unwrap = (acquisition: ts.CallExpression | ts.AwaitExpression): void => {
    const call = ts.isAwaitExpression(acquisition) ? acquisition.expression : acquisition;
    const argument = (call as ts.CallExpression).arguments[0]!;
    edits.push({ start: acquisition.getStart(), end: argument.getFullStart(), text: "(" });
    edits.push({ start: argument.getEnd(), end: acquisition.getEnd(), text: ")" });
    visit(argument);
  };
  visit(file);
  if (unsayable.length > 0) return { unsayable: unsayable.join("\n") };
  return { text: applyEdits(source, edits) };
}

/** How the file writes the marker: `raii`, another name for it, or through its module. */
function findMarkers(file: ts.SourceFile): ReadonlySet<string> {
  const markers = new Set<string>();
  for (const statement of file.statements) {
    if (ts.isImportEqualsDeclaration(statement)) markers.add(`${statement.name.text}.raii`);
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) markers.add(`${bindings.name.text}.raii`);
    if (bindings && ts.isNamedImports(bindings)) {
      for (const { propertyName, name } of bindings.elements)
        if ((propertyName ?? name).text === "raii") markers.add(name.text);
    }
  }
  return markers;
}
