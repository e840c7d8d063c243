import type ts from "typescript";
import type { FunctionNode } from "../syntax/function-node";
import type { LowerContext } from "./lower-context";

/** The function with other parameters and another body; everything else about it stays. */
export function updateFunction(
  lower: LowerContext,
  node: FunctionNode,
  parameters: readonly ts.ParameterDeclaration[],
  body: ts.ConciseBody,
): ts.Node {
  const { factory, tsInstance } = lower;
  const block = body as ts.Block;
  const modifiers = tsInstance.visitNodes(node.modifiers, lower.visit, tsInstance.isModifierLike);
  const keywords = modifiers as ts.NodeArray<ts.Modifier> | undefined; // no decorators can stand there
  const propertyName = (name: ts.PropertyName): ts.PropertyName =>
    tsInstance.isIdentifier(name) ? name : (tsInstance.visitNode(name, lower.visit) as ts.PropertyName);
  switch (node.kind) {
    case tsInstance.SyntaxKind.FunctionDeclaration:
      return factory.updateFunctionDeclaration(
        node,
        modifiers,
        node.asteriskToken,
        node.name,
        node.typeParameters,
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.FunctionExpression:
      return factory.updateFunctionExpression(
        node,
        keywords,
        node.asteriskToken,
        node.name,
        node.typeParameters,
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.ArrowFunction:
      return factory.updateArrowFunction(
        node,
        keywords,
        node.typeParameters,
        parameters,
        node.type,
        node.equalsGreaterThanToken,
        body,
      );
    case tsInstance.SyntaxKind.MethodDeclaration:
      return factory.updateMethodDeclaration(
        node,
        modifiers,
        node.asteriskToken,
        propertyName(node.name),
        node.questionToken,
        node.typeParameters,
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.GetAccessor:
      return factory.updateGetAccessorDeclaration(
        node,
        modifiers,
        propertyName(node.name),
        parameters,
        node.type,
        block,
      );
    case tsInstance.SyntaxKind.SetAccessor:
      return factory.updateSetAccessorDeclaration(
        node,
        modifiers,
        propertyName(node.name),
        parameters,
        block,
      );
    case tsInstance.SyntaxKind.Constructor:
      return factory.updateConstructorDeclaration(node, modifiers, parameters, block);
  }
}
