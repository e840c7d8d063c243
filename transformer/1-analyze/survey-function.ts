import type ts from "typescript";
import { forEachDescendant } from "../syntax/for-each-descendant";
import type { FunctionNode } from "../syntax/function-node";
import { isOwnName } from "../syntax/is-own-name";
import { leftSpine } from "../syntax/left-spine";
import { isType } from "../syntax/nodes";

/** What the code of one function mentions. Names are over-estimated (a type counts, a shadowed name counts), never missed. */
export interface Survey {
  readonly names: ReadonlySet<string>;
  /** JSX whose factory is not known: any name may be meant. */
  readonly mentionsAnyName: boolean;
  readonly this: boolean;
  /** `<this.Name />`: where JSX is kept, nothing but names can stand there. */
  readonly thisInTag: boolean;
  /** One of the places that mention it. */
  readonly arguments: ts.Identifier | undefined;
  readonly newTarget: boolean;
  readonly superProperty: boolean;
  /** `super.x` is assigned to. */
  readonly superAssignment: boolean;
  readonly superCall: boolean;
}

/**
 * Reads the parameters and body of `fn`, arrow functions in it included for what they share with it (`this`, …).
 * @param emitsTypes whether what stands as a type can be emitted as a value.
 */
export function surveyFunction(
  tsInstance: typeof ts,
  fn: FunctionNode,
  namesOfJsx: readonly string[] | undefined,
  emitsTypes: boolean,
): Survey {
  const names = new Set<string>();
  const found = {
    mentionsAnyName: false,
    this: false,
    thisInTag: false,
    arguments: undefined as ts.Identifier | undefined,
    newTarget: false,
    superProperty: false,
    superAssignment: false,
    superCall: false,
  };
  const { SyntaxKind } = tsInstance;

  /** `own`: whether `this` and its like mean the surveyed function's. */
  function visit(node: ts.Node, own: boolean): void {
    switch (node.kind) {
      case SyntaxKind.Identifier: {
        const name = node as ts.Identifier;
        names.add(name.text);
        if (name.text === "arguments" && own) found.arguments ??= name;
        return;
      }
      case SyntaxKind.PrivateIdentifier:
        names.add((node as ts.PrivateIdentifier).text);
        return;
      case SyntaxKind.ThisKeyword:
        found.this ||= own;
        return;
      case SyntaxKind.SuperKeyword:
        // Reached for `super(…)` only; `super.x` is taken below.
        found.superCall ||= own;
        return;
      case SyntaxKind.MetaProperty:
        found.newTarget ||= own && (node as ts.MetaProperty).keywordToken === SyntaxKind.NewKeyword;
        return;
      case SyntaxKind.JsxOpeningElement:
      case SyntaxKind.JsxSelfClosingElement:
      case SyntaxKind.JsxOpeningFragment:
        if (namesOfJsx === undefined) found.mentionsAnyName = true;
        else for (const name of namesOfJsx) names.add(name);
        found.thisInTag ||= own && startsWithThis((node as Partial<ts.JsxOpeningElement>).tagName);
        break;
      case SyntaxKind.PropertyAccessExpression:
      case SyntaxKind.ElementAccessExpression: {
        const access = node as ts.PropertyAccessExpression | ts.ElementAccessExpression;
        if (access.expression.kind === SyntaxKind.SuperKeyword) {
          if (own) found.superProperty = found.this = true;
        } else visit(access.expression, own);
        if (tsInstance.isElementAccessExpression(access)) visit(access.argumentExpression, own);
        else if (tsInstance.isPrivateIdentifier(access.name)) visit(access.name, own);
        return;
      }
      case SyntaxKind.BinaryExpression: {
        const { operatorToken, left } = node as ts.BinaryExpression;
        const isAssignment =
          operatorToken.kind >= SyntaxKind.FirstAssignment && operatorToken.kind <= SyntaxKind.LastAssignment;
        if (isAssignment && own) found.superAssignment ||= containsSuper(left);
        const spine = leftSpine(tsInstance, node as ts.BinaryExpression);
        visit(spine.at(-1)!.left, own);
        for (const { right } of spine) visit(right, own);
        return;
      }
      case SyntaxKind.PrefixUnaryExpression:
      case SyntaxKind.PostfixUnaryExpression: {
        const { operator, operand } = node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression;
        const isUpdate = operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken;
        if (isUpdate && own) found.superAssignment ||= containsSuper(operand);
        break;
      }
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
        if (own) found.superAssignment ||= containsSuper((node as ts.ForInOrOfStatement).initializer);
        break;
      case SyntaxKind.PropertyAssignment:
        visitName((node as ts.PropertyAssignment).name, own);
        visit((node as ts.PropertyAssignment).initializer, own);
        return;
    }
    if (node.kind <= SyntaxKind.LastToken) return; // nothing stands in it
    if (isType(tsInstance, node)) {
      if (emitsTypes) visitType(node);
      return; // else erased
    }
    if (tsInstance.isClassElement(node) || tsInstance.isFunctionLike(node)) {
      visitFunctionLike(node, own);
      return;
    }
    tsInstance.forEachChild(node, (child) => {
      if (child.kind !== SyntaxKind.Identifier || !isOwnName(tsInstance, node, child)) visit(child, own);
    });
  }

  /** Whether a tag is `this` or a member of it; that of a fragment is none. */
  function startsWithThis(tag: ts.Node | undefined): boolean {
    let first = tag;
    while (first && tsInstance.isPropertyAccessExpression(first)) first = first.expression;
    return first?.kind === SyntaxKind.ThisKeyword;
  }

  /** Whether `super` of the surveyed function stands in `node`; members of classes and objects have their own. */
  function containsSuper(node: ts.Node): boolean {
    let contains = false;
    forEachDescendant(tsInstance, node, (child) => {
      contains ||= child.kind === SyntaxKind.SuperKeyword;
      return !tsInstance.isClassElement(child);
    });
    return contains;
  }

  /** For decorators, what a type refers to is emitted: `design:paramtypes` and its like. */
  function visitType(type: ts.Node): void {
    forEachDescendant(tsInstance, type, (part) => {
      if (tsInstance.isIdentifier(part)) names.add(part.text);
    });
  }

  function visitName(name: ts.PropertyName, own: boolean): void {
    if (tsInstance.isComputedPropertyName(name)) visit(name.expression, own);
    else if (tsInstance.isPrivateIdentifier(name)) visit(name, own);
  }

  /** Members of classes and object literals, and functions: decorators and computed names belong to who is outside. */
  function visitFunctionLike(node: ts.Node, own: boolean): void {
    const inside = own && tsInstance.isArrowFunction(node);
    const name = (node as ts.NamedDeclaration).name;
    tsInstance.forEachChild(node, (child) => {
      if (isOwnName(tsInstance, node, child)) return;
      if (child === name && tsInstance.isPropertyName(child)) visitName(child, own);
      else visit(child, tsInstance.isDecorator(child) ? own : inside);
    });
  }

  for (const parameter of fn.parameters) {
    visit(parameter.name, true);
    if (parameter.initializer !== undefined) visit(parameter.initializer, true);
  }
  if (fn.body !== undefined) visit(fn.body, true);
  return { names, ...found };
}
