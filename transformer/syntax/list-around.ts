import type ts from "typescript";

/**
 * The list of statements, or the body of an arrow function, that an expression stands in, where a name means there what it
 * means everywhere in that list; `undefined` where anything between may declare names of its own.
 */
export function listAround(tsInstance: typeof ts, name: ts.Identifier): ts.Node | undefined {
  const { SyntaxKind } = tsInstance;
  // In JavaScript, what looks like an assignment may be a declaration.
  if (name.flags & tsInstance.NodeFlags.JavaScriptFile) return undefined;
  let child: ts.Node = name;
  for (let node: ts.Node = name.parent; ; node = node.parent) {
    switch (node.kind) {
      case SyntaxKind.Block:
      case SyntaxKind.CaseBlock:
      case SyntaxKind.ModuleBlock:
      case SyntaxKind.SourceFile:
        return node;
      case SyntaxKind.ArrowFunction:
        return (node as ts.ArrowFunction).body === child ? child : undefined;
      case SyntaxKind.JsxOpeningElement:
      case SyntaxKind.JsxSelfClosingElement:
      case SyntaxKind.JsxClosingElement:
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.CatchClause:
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.ClassExpression:
      case SyntaxKind.EnumDeclaration:
      case SyntaxKind.ExportAssignment:
      case SyntaxKind.ImportEqualsDeclaration:
        return undefined;
    }
    if (tsInstance.isFunctionLike(node)) return undefined;
    child = node;
  }
}
