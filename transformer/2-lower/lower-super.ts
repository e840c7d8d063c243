import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { createName } from "./create-name";
import { createArrow, createMethodCall } from "./create-nodes";
import { type LowerContext, visitExpression } from "./lower-context";

type SuperProperty = ts.PropertyAccessExpression | ts.ElementAccessExpression;

/** Lowers what uses `super.x`, in the code of a program that is handed how to read and write it. */
export function visitSuper(lower: LowerContext, node: ts.Node): ts.Node | undefined {
  const { factory, tsInstance, visit } = lower;
  const { SyntaxKind } = tsInstance;
  if (tsInstance.isCallExpression(node)) {
    const callee = superPropertyIn(lower, node.expression);
    return callee && lowerSuperMethodCall(lower, node, callee);
  }
  if (tsInstance.isTaggedTemplateExpression(node)) {
    const method = superPropertyIn(lower, node.tag);
    if (method === undefined) return undefined;
    const bind = factory.createPropertyAccessExpression(lowerSuperProperty(lower, method), "bind");
    const tag = factory.createCallExpression(bind, undefined, [createThis(lower)]);
    const template = tsInstance.visitNode(node.template, visit) as ts.TemplateLiteral;
    return factory.updateTaggedTemplateExpression(node, tag, undefined, template);
  }
  if (tsInstance.isBinaryExpression(node) && isAssignment(lower, node.operatorToken.kind)) {
    const { left, operatorToken, right } = node;
    const target = superPropertyIn(lower, left);
    if (operatorToken.kind === SyntaxKind.EqualsToken && target !== undefined) {
      return lowerSuperAssignment(lower, target, right);
    }
    const value = visitExpression(lower, right);
    return factory.updateBinaryExpression(node, lowerAssignmentTarget(lower, left), operatorToken, value);
  }
  if (tsInstance.isPrefixUnaryExpression(node) && isUpdate(lower, node.operator)) {
    const operand = superPropertyIn(lower, node.operand);
    if (operand === undefined) return undefined;
    return factory.updatePrefixUnaryExpression(
      node,
      lowerSuperReference(lower, operand) as ts.UnaryExpression,
    );
  }
  if (tsInstance.isPostfixUnaryExpression(node)) {
    const operand = superPropertyIn(lower, node.operand);
    if (operand === undefined) return undefined;
    return factory.updatePostfixUnaryExpression(
      node,
      lowerSuperReference(lower, operand) as ts.LeftHandSideExpression,
    );
  }
  return isSuperProperty(lower, node) ? lowerSuperProperty(lower, node) : undefined;
}

/** `super.x` in parentheses and type assertions is the same reference: `(super.read)()` has its `this`. */
function superPropertyIn(lower: LowerContext, expression: ts.Expression): SuperProperty | undefined {
  const inner = skipOuterExpressions(lower.tsInstance, expression);
  return isSuperProperty(lower, inner) ? inner : undefined;
}

function isUpdate({ tsInstance: { SyntaxKind } }: LowerContext, operator: ts.SyntaxKind): boolean {
  return operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken;
}

function isAssignment({ tsInstance: { SyntaxKind } }: LowerContext, operator: ts.SyntaxKind): boolean {
  return operator >= SyntaxKind.FirstAssignment && operator <= SyntaxKind.LastAssignment;
}

// given:    [super.first, { rest: super.rest = [] }]
// produces: [(…)("first").value, { rest: (…)("rest").value = [] }]
//
// What is assigned to: `super` in it, in a pattern too, is written through a reference.
export function lowerAssignmentTarget(lower: LowerContext, target: ts.Expression): ts.Expression {
  const { factory, tsInstance, transformation, visit } = lower;
  if (lower.substitutes.superGet === undefined) return visitExpression(lower, target);
  const visitTarget = (node: ts.Node): ts.VisitResult<ts.Node> => {
    const property = tsInstance.isExpression(node) ? superPropertyIn(lower, node) : undefined;
    if (property !== undefined) return lowerSuperReference(lower, property);
    const isPattern =
      tsInstance.isArrayLiteralExpression(node) ||
      tsInstance.isObjectLiteralExpression(node) ||
      tsInstance.isSpreadElement(node) ||
      tsInstance.isSpreadAssignment(node);
    if (isPattern) return tsInstance.visitEachChild(node, visitTarget, transformation);
    if (tsInstance.isPropertyAssignment(node)) {
      const name = tsInstance.visitNode(node.name, visit) as ts.PropertyName;
      return factory.updatePropertyAssignment(node, name, visitTarget(node.initializer) as ts.Expression);
    }
    if (
      tsInstance.isBinaryExpression(node) &&
      node.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken
    ) {
      const right = visitExpression(lower, node.right);
      return factory.updateBinaryExpression(
        node,
        visitTarget(node.left) as ts.Expression,
        node.operatorToken,
        right,
      );
    }
    return visit(node);
  };
  return visitTarget(target) as ts.Expression;
}

/** Whether `node` is `super.name` or `super[name]`. */
function isSuperProperty({ tsInstance }: LowerContext, node: ts.Node): node is SuperProperty {
  return (
    (tsInstance.isPropertyAccessExpression(node) || tsInstance.isElementAccessExpression(node)) &&
    node.expression.kind === tsInstance.SyntaxKind.SuperKeyword
  );
}

/** `name => super[name]`: what a program is handed to read through `super` with. */
export function createSuperGet(lower: LowerContext): ts.Expression {
  const name = createName(lower, "name");
  return createArrow(lower, [name], createSuperAccess(lower, name));
}

/** `(name, value) => super[name] = value` */
export function createSuperSet(lower: LowerContext): ts.Expression {
  const { factory } = lower;
  const name = createName(lower, "name");
  const value = createName(lower, "value");
  return createArrow(lower, [name, value], factory.createAssignment(createSuperAccess(lower, name), value));
}

function createSuperAccess({ factory }: LowerContext, name: ts.Expression): ts.ElementAccessExpression {
  return factory.createElementAccessExpression(factory.createSuper(), name);
}

// given:    super.size
// produces: superGet_1("size")
function lowerSuperProperty(lower: LowerContext, node: SuperProperty): ts.Expression {
  const { factory, substitutes } = lower;
  return factory.createCallExpression(substitutes.superGet!, undefined, [keyOf(lower, node)]);
}

// given:    super.read(1)
// produces: superGet_1("read").call(this, 1)
function lowerSuperMethodCall(
  lower: LowerContext,
  node: ts.CallExpression,
  callee: SuperProperty,
): ts.Expression {
  const { factory, tsInstance } = lower;
  const method = lowerSuperProperty(lower, callee);
  const args = [createThis(lower), ...node.arguments.map((argument) => visitExpression(lower, argument))];
  if (node.questionDotToken === undefined) return createMethodCall(lower, method, "call", args);
  const call = factory.createPropertyAccessChain(
    method,
    factory.createToken(tsInstance.SyntaxKind.QuestionDotToken),
    "call",
  );
  return factory.createCallChain(call, undefined, undefined, args);
}

// given:    super.name = value
// produces: superSet_1("name", value)
function lowerSuperAssignment(
  lower: LowerContext,
  target: SuperProperty,
  value: ts.Expression,
): ts.Expression {
  const { factory, substitutes } = lower;
  return factory.createCallExpression(substitutes.superSet!, undefined, [
    keyOf(lower, target),
    visitExpression(lower, value),
  ]);
}

// given:    super.count                      where it is read and written: `super.count += 1`, `[super.count] = list`
// produces: (name_1 => ({ get value() { return superGet_1(name_1); }, set value(v) { superSet_1(name_1, v); } }))("count").value
function lowerSuperReference(lower: LowerContext, node: SuperProperty): ts.Expression {
  const { factory, substitutes } = lower;
  const name = createName(lower, "name");
  const value = createName(lower, "value");
  const get = factory.createCallExpression(substitutes.superGet!, undefined, [name]);
  const set = factory.createCallExpression(substitutes.superSet!, undefined, [name, value]);
  const reference = factory.createObjectLiteralExpression([
    factory.createGetAccessorDeclaration(
      undefined,
      "value",
      [],
      undefined,
      factory.createBlock([factory.createReturnStatement(get)]),
    ),
    factory.createSetAccessorDeclaration(
      undefined,
      "value",
      [factory.createParameterDeclaration(undefined, undefined, value)],
      factory.createBlock([factory.createExpressionStatement(set)]),
    ),
  ]);
  const open = factory.createParenthesizedExpression(
    createArrow(lower, [name], factory.createParenthesizedExpression(reference)),
  );
  const opened = factory.createCallExpression(open, undefined, [keyOf(lower, node)]);
  return factory.createPropertyAccessExpression(opened, "value");
}

/** `this` as the code being lowered has to write it. */
export function createThis({ factory, substitutes }: LowerContext): ts.Expression {
  const { lazyThis } = substitutes;
  return lazyThis === undefined
    ? factory.createThis()
    : factory.createCallExpression(lazyThis, undefined, []);
}

function keyOf(lower: LowerContext, node: SuperProperty): ts.Expression {
  return lower.tsInstance.isPropertyAccessExpression(node)
    ? lower.factory.createStringLiteral(node.name.text)
    : visitExpression(lower, node.argumentExpression);
}
