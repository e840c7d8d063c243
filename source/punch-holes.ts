import type ts from "typescript";
import { lacksSemicolon } from "./lacks-semicolon";
import type { Layout } from "./layout";
import { isParsed, type TextPlanning } from "./text-planning";

/**
 * Puts a name in the place of each node whose text is known, so that the printer writes only what is new.
 *
 * A name has the comments of its node, so the printer writes them where they belong.
 */
export function punchHoles<T extends ts.Node>(
  planning: TextPlanning,
  fragment: T,
  layoutOf: (planning: TextPlanning, node: ts.Node) => Layout | undefined,
): T {
  const { context, holes, prefix, sourceFile, tsInstance } = planning;
  const { factory } = context;
  const { SyntaxKind, getOriginalNode } = tsInstance;
  return visitChildren(fragment);

  /** Whether something stands in a node that may have been in the text. Most of what a lowering makes is new all through. */
  function holdsSource(node: ts.Node): boolean {
    if (isParsed(getOriginalNode(node))) return true;
    return tsInstance.forEachChild(node, (child) => mayBeHole(child) && holdsSource(child)) === true;
  }

  function mayBeHole({ kind }: ts.Node): boolean {
    const mayHoldQuotes =
      kind === SyntaxKind.NoSubstitutionTemplateLiteral || kind === SyntaxKind.RegularExpressionLiteral;
    return kind > SyntaxKind.LastToken || mayHoldQuotes;
  }

  function visitChildren<N extends ts.Node>(node: N): N {
    const isJsx = tsInstance.isJsxElement(node) || tsInstance.isJsxFragment(node);
    return tsInstance.visitEachChild(
      node,
      // A name cannot stand between tags, nor in the place of a template behind a tag.
      (child) =>
        (isJsx && tsInstance.isJsxChild(child)) ||
        (tsInstance.isTaggedTemplateExpression(node) && tsInstance.isTemplateLiteral(child))
          ? visitChildren(child)
          : visit(child),
      context,
    );
  }

  function visit(node: ts.Node): ts.Node {
    if (!mayBeHole(node) || tsInstance.isTypeNode(node) || !holdsSource(node)) return node;
    const create = stands(node);
    const layout = create && layoutOf(planning, node);
    if (layout === undefined) return visitChildren(node);
    const original = tsInstance.getOriginalNode(node);
    const isEnding = tsInstance.isStatement(node) || tsInstance.isClassElement(node);
    const needsSemicolon = isEnding && lacksSemicolon(tsInstance, sourceFile.text, original);
    const name = factory.createIdentifier(`${prefix}${holes.length}${isEnding ? "_ending" : "_"}`);
    holes.push(needsSemicolon ? [...layout, { kind: "separator", text: ";", endsLine: false }] : layout);
    const hole = create!(name);
    tsInstance.setOriginalNode(hole, node);
    return tsInstance.setTextRange(hole, isParsed(node) ? node : original);
  }

  /** What a name is put in, to stand in the place of a node; `undefined` where it cannot. */
  function stands(node: ts.Node): ((name: ts.Identifier) => ts.Node) | undefined {
    switch (node.kind) {
      case SyntaxKind.Block:
      case SyntaxKind.NotEmittedStatement:
      case SyntaxKind.EmptyStatement:
      case SyntaxKind.SemicolonClassElement:
      case SyntaxKind.ExpressionWithTypeArguments:
      case SyntaxKind.OmittedExpression:
      case SyntaxKind.ImportDeclaration:
      case SyntaxKind.ImportEqualsDeclaration:
      case SyntaxKind.ExportDeclaration:
      case SyntaxKind.ExportAssignment:
        return undefined;
      case SyntaxKind.Parameter:
        return (name) => factory.createParameterDeclaration(undefined, undefined, name);
      case SyntaxKind.VariableDeclaration:
        return (name) => factory.createVariableDeclaration(name);
      case SyntaxKind.ObjectBindingPattern:
      case SyntaxKind.ArrayBindingPattern:
        return (name) => name;
    }
    if (tsInstance.isStatement(node)) return (name) => factory.createExpressionStatement(name);
    if (tsInstance.isExpression(node)) return (name) => name;
    if (tsInstance.isObjectLiteralElementLike(node))
      return (name) => factory.createShorthandPropertyAssignment(name);
    if (tsInstance.isClassElement(node))
      return (name) => factory.createPropertyDeclaration(undefined, name, undefined, undefined, undefined);
    return undefined;
  }
}
