import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { createDeclaration } from "./create-nodes";
import { createRuntimeAccess } from "./create-runtime-calls";
import { gatherComments } from "./keep-comments";
import { createNamedEvaluation } from "./lower-acquisition";
import { type LowerContext, visitExpression } from "./lower-context";
import { onOwnLine } from "./map-to-own-line";
import { unnamed } from "./unnamed";

/** A scope that is unrolled. */
export interface UnrolledScope {
  /** The statements that acquire. */
  readonly acquiring: ReadonlySet<ts.Statement>;
  /** Where it ends: the releases point there. */
  readonly end: number;
  readonly isOfFunction: boolean;
  /** Something in it is released asynchronously. */
  readonly isAsync: boolean;
}

/** What its acquisitions share. */
export interface Unrolling extends UnrolledScope {
  readonly closing: ts.TextRange | undefined;
  /**
   * The scope that stands in where one is needed: where something is released asynchronously; in a generator with several
   * acquisitions, when it is closed.
   */
  readonly collected: ts.Identifier | undefined;
}

/** An acquisition whose scope is unrolled. */
export interface UnrolledAcquisition {
  /** What acquires, in place of the statement. */
  readonly statements: readonly ts.Statement[];
  /** Puts the statements that come after it into a `try`. */
  readonly enclose: (rest: ts.NodeArray<ts.Statement>) => ts.Statement;
}

/** What names a handle. */
interface Binding {
  readonly list: ts.VariableDeclarationList;
  readonly name: ts.BindingName;
}

// produces: value === null || value === void 0 || typeof (dispose_1 = value[raii_1.acquireKey]) === "function" ||
//             !(dispose_1 = value instanceof Object) || typeof (dispose_1 = value[Symbol.dispose]) !== "function"
//
// What `dispose_1` is then says how far this has come: see `hold`.
//
// @param before where the statement before ends.
// @param others what it is, too, when one of these holds.
export function createIsOther(
  lower: LowerContext,
  value: ts.Identifier,
  dispose: ts.Identifier,
  symbol: "dispose" | "asyncDispose",
  before: ts.TextRange | undefined,
  ...others: readonly ts.Expression[]
): ts.Expression {
  const { factory, tsInstance } = lower;
  const key = factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), symbol);
  const isFunction = onOwnLine(lower, factory.createStringLiteral("function"), before);
  const keep = (read: ts.Expression): ts.Expression =>
    factory.createParenthesizedExpression(factory.createAssignment(dispose, read));
  const typeOfKept = (name: ts.Expression): ts.Expression =>
    factory.createTypeOfExpression(keep(factory.createElementAccessExpression(value, name)));
  const isObject = factory.createBinaryExpression(
    value,
    tsInstance.SyntaxKind.InstanceOfKeyword,
    factory.createIdentifier("Object"),
  );
  return [
    ...others,
    factory.createStrictEquality(value, factory.createNull()),
    factory.createStrictEquality(value, factory.createVoidZero()),
    factory.createStrictEquality(
      typeOfKept(createRuntimeAccess(lower, "acquireKey")),
      factory.createStringLiteral("function"),
    ),
    factory.createLogicalNot(keep(isObject)),
    factory.createStrictInequality(typeOfKept(key), isFunction),
  ].reduce((left, right) => factory.createLogicalOr(left, right));
}

// produces: const file = handle_1;
export function nameHandle(lower: LowerContext, { list, name }: Binding, from: ts.Identifier): ts.Statement {
  const { tsInstance } = lower;
  const { BlockScoped, Const, Let } = tsInstance.NodeFlags;
  const keyword = list.flags & BlockScoped;
  const isMutable = keyword === 0 || keyword === Let;
  const named = createDeclaration(lower, isMutable ? keyword : Const, [[name, from]]);
  const { NoComments, NoNestedSourceMaps, NoSourceMap } = tsInstance.EmitFlags;
  return tsInstance.setEmitFlags(named, NoComments | NoSourceMap | NoNestedSourceMaps);
}

/** What a statement acquires, what it calls it, and where a stack frame of the acquisition stands. */
export function readAcquisition(
  lower: LowerContext,
  statement: ts.Statement,
): {
  readonly resource: ts.Expression;
  readonly position: ts.TextRange | undefined;
  readonly binding: Binding | undefined;
  /** `await raii(x)`, `await using`. */
  readonly isAsync: boolean;
} {
  const { tsInstance } = lower;
  const { acquisitions } = lower.body!.plan;
  if (tsInstance.isExpressionStatement(statement))
    return { ...readCall(statement.expression, []), binding: undefined };
  const list = (statement as ts.VariableStatement).declarationList;
  const [declaration] = list.declarations;
  const { name, initializer } = declaration!;
  const binding = { list, name: tsInstance.visitNode(name, lower.visit) as ts.BindingName };
  if (!acquisitions.has(list)) return { ...readCall(initializer!, [name]), binding };
  const visited = createNamedEvaluation(lower, name, visitExpression(lower, initializer!));
  const resource = gatherComments(lower, statement, [name], initializer!, visited);
  const { isAsync } = acquisitions.get(list)!;
  return { resource, position: rangeOf(lower, initializer!), binding, isAsync };

  function readCall(
    expression: ts.Expression,
    around: readonly ts.Node[],
  ): { resource: ts.Expression; position: ts.TextRange | undefined; isAsync: boolean } {
    const awaits = skipOuterExpressions(tsInstance, expression);
    const isAsync = tsInstance.isAwaitExpression(awaits);
    const awaited = isAsync ? awaits.expression : awaits;
    const call = skipOuterExpressions(tsInstance, awaited) as ts.CallExpression;
    const operand = call.arguments[0]!;
    const visited = unnamed(lower, visitExpression(lower, operand));
    const gone = [...around, expression, awaits, awaited, call].filter(
      (node, index, all) => all.indexOf(node) === index,
    );
    return {
      resource: gatherComments(lower, statement, gone, operand, visited),
      position: rangeOf(lower, awaits),
      isAsync,
    };
  }
}

function rangeOf({ sourceFile }: LowerContext, node: ts.Node): ts.TextRange | undefined {
  return node.pos < 0 ? undefined : { pos: node.getStart(sourceFile), end: node.end };
}
