import type ts from "typescript";
import type { FunctionNode } from "./plan";

/** Whether a node is a function that can have a body, and so an annotation. */
export function isFunctionNode(tsInstance: typeof ts, node: ts.Node): node is FunctionNode {
  return (
    tsInstance.isFunctionDeclaration(node) ||
    tsInstance.isFunctionExpression(node) ||
    tsInstance.isArrowFunction(node) ||
    tsInstance.isMethodDeclaration(node) ||
    tsInstance.isAccessor(node) ||
    tsInstance.isConstructorDeclaration(node)
  );
}
