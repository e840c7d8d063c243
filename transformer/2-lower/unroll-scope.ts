import type ts from "typescript";
import type { LoweredPlan, ScopeOwner } from "../1-analyze/plan-types";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { createName } from "./create-name";
import { createDeclaration } from "./create-nodes";
import { createRuntimeAccess, createRuntimeCall } from "./create-runtime-calls";
import { gatherComments } from "./keep-comments";
import { createNamedEvaluation } from "./lower-acquisition";
import { type LowerContext, visitExpression } from "./lower-context";
import { createCallOnOwnLine, onOwnLine, placeBrace } from "./map-to-own-line";
import { copyPosition } from "./provenance";
import { unnamed } from "./takes-name";

/** The statements that acquire in the scope of `owner`, where it is unrolled. */
export function unrolledIn(
  plan: LoweredPlan | undefined,
  owner: ScopeOwner,
): ReadonlySet<ts.Statement> | undefined {
  return plan?.kind === "inline" ? plan.unrolled.get(owner) : undefined;
}

/** An acquisition whose scope is unrolled. */
interface UnrolledAcquisition {
  /** What acquires, in place of the statement. */
  readonly statements: readonly ts.Statement[];
  /** Puts the statements that come after it into a `try`. */
  readonly enclose: (rest: ts.NodeArray<ts.Statement>) => ts.Statement;
}

// given:    const file = raii(open(path));
//           return file.read();
// produces: let handle_1 = open(path), held_1 = handle_1, dispose_1;
//           if (typeof handle_1 !== "object" || handle_1 === null ||
//             typeof (dispose_1 = handle_1[Symbol.dispose]) !== "function") {
//             ({ handle: handle_1, exit: dispose_1 } = held_1 = raii_1.hold(handle_1, dispose_1));
//           }
//           const file = handle_1;
//           try { return file.read(); }
//           catch (error_1) { ({ exit: dispose_1 } = held_1 = raii_1.failed(held_1, dispose_1, error_1)); }
//           finally { dispose_1.call(held_1); }
//
// An object that is a Disposable costs no call of the runtime. All else, and every failure, is left to a `Scope`, whose `exit` then
// stands in for the dispose method: it throws the error the scope ends with. When it has suppressed that, control goes on
// behind the `try`, where nothing is left of the block (S5).
//
// given:    const { port } = raii(server);
// produces: … try { const { port } = handle_1; … }          it can fail
//
// Why it is fast: the method is read at this place, where the engine sees one class, so that it knows which method it
// calls. That holds as long as no other value can come out of a branch that has ever been taken. So `hold` stands in a
// branch of its own, and there is no `handle_1?.[Symbol.dispose]`, which would give `undefined` or the method.
export function unrollAcquisition(
  lower: LowerContext,
  statement: ts.Statement,
  closing: ts.TextRange | undefined,
): UnrolledAcquisition {
  const { factory, tsInstance } = lower;
  const { resource, position, binding } = readAcquisition(lower, statement);
  const held = createName(lower, "held");
  const dispose = createName(lower, "dispose");
  const handle = binding && createName(lower, "handle");
  const value = handle ?? held;

  const named = binding === undefined ? [] : [nameHandle(binding.list, binding.name, handle!)];
  // To take a handle apart can fail.
  const isTakenApart = binding !== undefined && !tsInstance.isIdentifier(binding.name);
  const statements: ts.Statement[] = [declare(), holdOther()];
  if (!isTakenApart) statements.push(...named);
  return { statements, enclose };

  /** It stands for the whole statement: tools count this one, and break on it. */
  function declare(): ts.Statement {
    const declaration = createDeclaration(lower, tsInstance.NodeFlags.Let, [
      [value, resource],
      ...(handle === undefined ? [] : [[held, handle] as const]),
      [dispose],
    ]);
    return copyPosition(lower, declaration, statement);
  }

  // V8 ends a range of what has not run at the first branch, which is in the condition, and begins another at the brace.
  // That one must begin where the statement before ends: what is left of the brace ends there. The line that the condition
  // begins on maps to nothing, so that it is no branch of the source.
  function holdOther(): ts.Statement {
    const is = (text: string): ts.Expression => factory.createStringLiteral(text);
    const before = statement.pos < 0 ? undefined : { pos: statement.pos, end: statement.pos };
    const symbol = factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), "dispose");
    const method = factory.createElementAccessExpression(value, symbol);
    const read = factory.createParenthesizedExpression(factory.createAssignment(dispose, method));
    const isOther = [
      factory.createStrictInequality(factory.createTypeOfExpression(value), is("object")),
      factory.createStrictEquality(value, factory.createNull()),
      factory.createStrictInequality(
        factory.createTypeOfExpression(read),
        onOwnLine(lower, is("function"), before),
      ),
    ].reduce((left, right) => factory.createLogicalOr(left, right));
    const { expression: runtime } = createRuntimeAccess(lower, "hold");
    const scope = createCallOnOwnLine(lower, runtime, "hold", [value, dispose], position);
    const hold = createTakeOver(lower, { handle, held, dispose }, scope);
    return factory.createIfStatement(isOther, factory.createBlock([hold], true));
  }

  function nameHandle(
    list: ts.VariableDeclarationList,
    name: ts.BindingName,
    from: ts.Identifier,
  ): ts.Statement {
    const { BlockScoped, Const, Let } = tsInstance.NodeFlags;
    const keyword = list.flags & BlockScoped;
    const isMutable = keyword === 0 || keyword === Let;
    const named = createDeclaration(lower, isMutable ? keyword : Const, [[name, from]]);
    const { NoComments, NoNestedSourceMaps, NoSourceMap } = tsInstance.EmitFlags;
    return tsInstance.setEmitFlags(named, NoComments | NoSourceMap | NoNestedSourceMaps);
  }

  function enclose(rest: ts.NodeArray<ts.Statement>): ts.Statement {
    const error = createName(lower, "error");
    const scope = createRuntimeCall(lower, "failed", [held, dispose, error]);
    const fail = createTakeOver(lower, { held, dispose }, scope);
    const caught = tsInstance.setTextRange(factory.createVariableDeclaration(error), { pos: -1, end: -1 });
    const release = factory.createExpressionStatement(
      createCallOnOwnLine(lower, dispose, "call", [held], closing),
    );
    const released = factory.createBlock([release]);
    // As in createScope, for c8.
    placeBrace(lower, released, "OpenBraceToken", closing);
    placeBrace(lower, released, "CloseBraceToken", closing);
    if (closing !== undefined) tsInstance.setSourceMapRange(caught, { pos: -1, end: closing.end });
    const content = isTakenApart
      ? tsInstance.setTextRange(factory.createNodeArray([...named, ...rest]), rest)
      : rest;
    return factory.createTryStatement(
      factory.createBlock(content, true),
      factory.createCatchClause(caught, factory.createBlock([fail])),
      released,
    );
  }
}

// produces: ({ handle: handle_1, exit: dispose_1 } = held_1 = raii_1.hold(handle_1, dispose_1));
function createTakeOver(
  { factory }: LowerContext,
  to: {
    readonly handle?: ts.Identifier | undefined;
    readonly held: ts.Identifier;
    readonly dispose: ts.Identifier;
  },
  scope: ts.Expression,
): ts.Statement {
  const parts = factory.createObjectLiteralExpression([
    ...(to.handle === undefined ? [] : [factory.createPropertyAssignment("handle", to.handle)]),
    factory.createPropertyAssignment("exit", to.dispose),
  ]);
  const taken = factory.createAssignment(parts, factory.createAssignment(to.held, scope));
  return factory.createExpressionStatement(factory.createParenthesizedExpression(taken));
}

/** What a statement acquires, what it calls it, and where a stack frame of the acquisition stands. */
function readAcquisition(
  lower: LowerContext,
  statement: ts.Statement,
): {
  readonly resource: ts.Expression;
  readonly position: ts.TextRange | undefined;
  readonly binding: { readonly list: ts.VariableDeclarationList; readonly name: ts.BindingName } | undefined;
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
  return { resource, position: rangeOf(lower, initializer!), binding };

  function readCall(
    expression: ts.Expression,
    around: readonly ts.Node[],
  ): { resource: ts.Expression; position: ts.TextRange | undefined } {
    const call = skipOuterExpressions(tsInstance, expression) as ts.CallExpression;
    const operand = call.arguments[0]!;
    const visited = unnamed(lower, visitExpression(lower, operand));
    const gone = [...around, expression, call];
    return {
      resource: gatherComments(lower, statement, gone, operand, visited),
      position: rangeOf(lower, call),
    };
  }
}

function rangeOf({ sourceFile }: LowerContext, node: ts.Node): ts.TextRange | undefined {
  return node.pos < 0 ? undefined : { pos: node.getStart(sourceFile), end: node.end };
}
