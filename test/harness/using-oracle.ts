import ts from "typescript";

/**
 * Says the same with TC39's `using`, where it can be said: `const x = raii(e)` is `using x = e` (DESIGN §4).
 * @returns the text, or what in it cannot be said so; such a fixture has an oracle written by hand beside it.
 */
export function sayWithUsing(source: string): { readonly text: string } | { readonly unsayable: string } {
  const file = ts.createSourceFile("fixture.ts", source, ts.ScriptTarget.ESNext, true);
  const edits: { start: number; end: number; text: string }[] = [];
  const unsayable: string[] = [];
  let unnamed = 0;
  const markers = findMarkers(file);
  const isMarker = (node: ts.Node): node is ts.CallExpression =>
    ts.isCallExpression(node) && markers.has(node.expression.getText());

  const visit = (node: ts.Node): void => {
    if (
      ts.isVariableDeclarationList(node) &&
      node.declarations.some((d) => d.initializer && isMarker(d.initializer))
    ) {
      const isVar = (node.flags & ts.NodeFlags.BlockScoped) === 0;
      const all = node.declarations.every(
        (d) => ts.isIdentifier(d.name) && d.initializer && isMarker(d.initializer),
      );
      const isReassigned = (node.flags & ts.NodeFlags.Let) !== 0;
      const inForOf = ts.isForOfStatement(node.parent) || ts.isForInStatement(node.parent);
      const inClause = ts.isCaseOrDefaultClause(node.parent.parent);
      if (isVar || !all || isReassigned || inForOf || inClause) unsayable.push(node.getText());
      else edits.push({ start: node.getStart(), end: node.declarations[0]!.getStart(), text: "using " });
      for (const { initializer } of node.declarations)
        if (initializer && isMarker(initializer)) unwrap(initializer);
      return;
    }
    if (ts.isExpressionStatement(node) && isMarker(node.expression)) {
      if (!ts.isBlock(node.parent)) unsayable.push(node.getText());
      edits.push({ start: node.getStart(), end: node.getStart(), text: `using _unnamed${unnamed++} = ` });
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
  /** Keeps the argument, in parentheses. */
  const unwrap = (call: ts.CallExpression): void => {
    const argument = call.arguments[0]!;
    edits.push({ start: call.getStart(), end: argument.getFullStart(), text: "(" });
    edits.push({ start: argument.getEnd(), end: call.getEnd(), text: ")" });
    visit(argument);
  };
  visit(file);
  if (unsayable.length > 0) return { unsayable: unsayable.join("\n") };
  let text = source;
  for (const { start, end, text: by } of edits.sort((a, b) => b.start - a.start || b.end - a.end)) {
    text = text.slice(0, start) + by + text.slice(end);
  }
  return { text };
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
