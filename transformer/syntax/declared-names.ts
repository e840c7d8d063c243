import type ts from "typescript";
import { forEachDescendant } from "./for-each-descendant";

/** Adds the names that a binding (an identifier or a pattern) declares. */
export function addBindingNames(tsInstance: typeof ts, name: ts.BindingName, names: Set<string>): void {
  if (tsInstance.isIdentifier(name)) {
    if (name.text !== "this") names.add(name.text); // TypeScript's `this` parameter declares nothing
  } else
    for (const element of name.elements)
      if (!tsInstance.isOmittedExpression(element)) addBindingNames(tsInstance, element.name, names);
}

/** The names of parameters or variable declarations. */
export function namesOfBindings(
  tsInstance: typeof ts,
  bindings: Iterable<{ readonly name: ts.BindingName }>,
): Set<string> {
  const names = new Set<string>();
  for (const { name } of bindings) addBindingNames(tsInstance, name, names);
  return names;
}

/** The names that the statements of one block declare in it: `let`, `const`, `using`, classes, functions, imports, … */
export function addLexicalNames(
  tsInstance: typeof ts,
  statements: Iterable<ts.Statement>,
  names: Set<string>,
): Set<string> {
  for (const statement of statements) {
    if (tsInstance.isVariableStatement(statement)) addListNames(tsInstance, statement.declarationList, names);
    else if (tsInstance.isImportDeclaration(statement)) addImportNames(tsInstance, statement, names);
    else if (
      tsInstance.isFunctionDeclaration(statement) ||
      tsInstance.isClassDeclaration(statement) ||
      tsInstance.isEnumDeclaration(statement) ||
      tsInstance.isModuleDeclaration(statement) ||
      tsInstance.isImportEqualsDeclaration(statement)
    ) {
      if (statement.name !== undefined) names.add(statement.name.text);
    }
  }
  return names;
}

/** The names of one declaration list. */
function addListNames(
  tsInstance: typeof ts,
  list: ts.VariableDeclarationList,
  names: Set<string>,
): Set<string> {
  for (const { name } of list.declarations) addBindingNames(tsInstance, name, names);
  return names;
}

/** The names that `var` declares anywhere below `node`, nested functions and classes left out. */
export function addVarNames(tsInstance: typeof ts, node: ts.Node, names: Set<string>): Set<string> {
  const { NodeFlags, SyntaxKind } = tsInstance;
  forEachDescendant(tsInstance, node, (child) => {
    switch (child.kind) {
      case SyntaxKind.VariableDeclarationList:
        if ((child.flags & NodeFlags.BlockScoped) === 0)
          addListNames(tsInstance, child as ts.VariableDeclarationList, names);
        return false;
      case SyntaxKind.VariableStatement:
      case SyntaxKind.Block:
      case SyntaxKind.IfStatement:
      case SyntaxKind.DoStatement:
      case SyntaxKind.WhileStatement:
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.WithStatement:
      case SyntaxKind.LabeledStatement:
      case SyntaxKind.SwitchStatement:
      case SyntaxKind.CaseBlock:
      case SyntaxKind.CaseClause:
      case SyntaxKind.DefaultClause:
      case SyntaxKind.TryStatement:
      case SyntaxKind.CatchClause:
        return true;
    }
    return false; // no other holds a statement, but for functions and classes
  });
  return names;
}

function addImportNames(
  tsInstance: typeof ts,
  { importClause }: ts.ImportDeclaration,
  names: Set<string>,
): void {
  if (importClause === undefined) return;
  if (importClause.name !== undefined) names.add(importClause.name.text);
  const bindings = importClause.namedBindings;
  if (bindings === undefined) return;
  if (tsInstance.isNamespaceImport(bindings)) names.add(bindings.name.text);
  else for (const { name } of bindings.elements) names.add(name.text);
}
