import type ts from "typescript";

/** Whether a statement or a field ends by the line break behind it. */
export function lacksSemicolon(tsInstance: typeof ts, text: string, node: ts.Node): boolean {
  if (text[node.end - 1] === ";") return false;
  const { SyntaxKind } = tsInstance;
  switch (node.kind) {
    case SyntaxKind.VariableStatement:
    case SyntaxKind.ExpressionStatement:
    case SyntaxKind.ReturnStatement:
    case SyntaxKind.ThrowStatement:
    case SyntaxKind.BreakStatement:
    case SyntaxKind.ContinueStatement:
    case SyntaxKind.DebuggerStatement:
    case SyntaxKind.DoStatement:
    case SyntaxKind.ImportDeclaration:
    case SyntaxKind.ImportEqualsDeclaration:
    case SyntaxKind.ExportDeclaration:
    case SyntaxKind.ExportAssignment:
    case SyntaxKind.TypeAliasDeclaration:
    case SyntaxKind.PropertyDeclaration:
      return true;
    case SyntaxKind.IfStatement: {
      const { thenStatement, elseStatement } = node as ts.IfStatement;
      return lacksSemicolon(tsInstance, text, elseStatement ?? thenStatement);
    }
    case SyntaxKind.ForStatement:
    case SyntaxKind.ForInStatement:
    case SyntaxKind.ForOfStatement:
    case SyntaxKind.WhileStatement:
    case SyntaxKind.WithStatement:
    case SyntaxKind.LabeledStatement:
      return lacksSemicolon(tsInstance, text, (node as ts.IterationStatement).statement);
    default:
      // Overloads, and what is declared or abstract.
      return tsInstance.isFunctionLike(node) && (node as ts.FunctionLikeDeclaration).body === undefined;
  }
}
