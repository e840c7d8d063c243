import type ts from "typescript";

/** A function with a body: what an annotation can stand on. */
export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration
  | ts.ConstructorDeclaration;

/** Whether a node is a function that can have a body, and so an annotation. */
export function isFunctionNode(tsInstance: typeof ts, node: ts.Node): node is FunctionNode {
  const { SyntaxKind } = tsInstance;
  switch (node.kind) {
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.FunctionExpression:
    case SyntaxKind.ArrowFunction:
    case SyntaxKind.MethodDeclaration:
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
    case SyntaxKind.Constructor:
      return true;
  }
  return false;
}
