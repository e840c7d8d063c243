import type ts from "typescript";
import type { InlinePlan } from "../1-analyze/plan-types";
import { createName } from "./create-name";
import { createAssignment, createDeclaration } from "./create-nodes";
import { createRuntimeCall, createRuntimeCallOnOwnLine, createRuntimeObject } from "./create-runtime-calls";
import type { LowerContext } from "./lower-context";
import { createRelease } from "./lower-scope";
import {
  createCallOnOwnLine,
  createLeavingLoop,
  hideClosingBrace,
  onOwnLine,
  placeBrace,
} from "./map-to-own-line";
import { copyPosition } from "./provenance";
import {
  createIsOther,
  nameHandle,
  readAcquisition,
  type UnrolledAcquisition,
  type Unrolling,
} from "./unrolled-acquisition";

// given:    const db = await raii(connect(url));
//           const lock = raii(mutex(url));
//           return db.query(lock);
// produces: let handle_1 = connect(url), dispose_1 = false, scope_1;
//           if (… typeof (dispose_1 = handle_1[Symbol.asyncDispose]) !== "function") {          see createIsOther
//             scope_1 ??= new raii_1.MaskedScope();
//             dispose_1 = scope_1.request(handle_1, dispose_1);
//             while (dispose_1) dispose_1 = scope_1.receive(await scope_1.awaited);
//             handle_1 = scope_1.handle;
//           }
//           const db = handle_1;
//           try {
//             let handle_2 = mutex(url), dispose_2 = false;
//             if (scope_1 !== void 0 || … typeof (dispose_2 = handle_2[Symbol.dispose]) !== "function") {
//               scope_1 ??= new raii_1.MaskedScope();
//               ({ handle: handle_2 } = raii_1.hold(handle_2, dispose_2, scope_1));
//               dispose_2 = false;
//             }
//             const lock = handle_2;
//             try { return db.query(lock); }
//             catch (error_1) { (scope_1 ??= new raii_1.MaskedScope()).fail(error_1); }
//             finally {
//               if (scope_1 === void 0) while (dispose_2.apply(handle_2)) break;
//               else raii_1.collect(scope_1, handle_2, dispose_2);
//             }
//           }
//           catch (error_2) { (scope_1 ??= new raii_1.MaskedScope()).fail(error_2); }
//           finally {
//             if (scope_1 === void 0) while (false === await dispose_1.apply(handle_1)) break;
//             else {
//               raii_1.collect(scope_1, handle_1, dispose_1, true);
//               while (scope_1.unwind()) …                                                      as of every asynchronous scope
//               if (scope_1.exit()) return;
//             }
//           }
//
// As unrollAcquisition, where something is released asynchronously. As long as all are objects that have the dispose method, and
// nothing fails, each release is that method and its `await`. From the first other value on, or when something fails, one
// `AsyncScope` does the rest: it takes all that comes, and from the inside to the outside what is held. So the awaits that a
// `null` owes, the exits, the errors and the ticks are those of every scope.
export function unrollAsyncAcquisition(
  lower: LowerContext,
  statement: ts.Statement,
  unrolling: Unrolling,
  isOutermost: boolean,
): UnrolledAcquisition {
  const { factory, tsInstance } = lower;
  const { closing } = unrolling;
  const scope = unrolling.collected!;
  const { scopes, unrolled } = lower.body!.plan as InlinePlan;
  // What a block acquires for the function may open a cancel scope after what the block has acquired, and outlive that.
  const opensElsewhere = scopes.has("function") && !unrolled.has("function");
  const { resource, position, binding, isAsync } = readAcquisition(lower, statement);
  const handle = createName(lower, "handle");
  const dispose = createName(lower, "dispose");
  const named = binding === undefined ? [] : [nameHandle(lower, binding, handle)];
  // To take a handle apart can fail.
  const isTakenApart = binding !== undefined && !tsInstance.isIdentifier(binding.name);
  const statements: ts.Statement[] = [declare(), holdOther()];
  if (!isTakenApart) statements.push(...named);
  return { statements, enclose };

  // As in unrollAcquisition, for tools and debuggers.
  function declare(): ts.Statement {
    const declaration = createDeclaration(lower, tsInstance.NodeFlags.Let, [
      [handle, resource],
      [dispose, factory.createFalse()],
      ...(isOutermost ? [[scope] as const] : []),
    ]);
    return copyPosition(lower, declaration, statement);
  }

  function holdOther(): ts.Statement {
    const before = statement.pos < 0 ? undefined : { pos: statement.pos, end: statement.pos };
    const place = position && before && { pos: position.pos, end: before.end };
    const symbol = isAsync ? "asyncDispose" : "dispose";
    const hasScope = factory.createStrictInequality(scope, factory.createVoidZero());
    const isScoped = createRuntimeCall(lower, "isScoped", []);
    const others = isOutermost ? [isScoped] : opensElsewhere ? [hasScope, isScoped] : [hasScope];
    return factory.createIfStatement(
      createIsOther(lower, handle, dispose, symbol, before, ...others),
      factory.createBlock(
        [
          factory.createExpressionStatement(createScopeIfNone()),
          ...(isAsync ? requestOther(place) : takeOther(place)),
        ],
        true,
      ),
    );
  }

  // produces: scope_1 ??= new raii_1.MaskedScope()
  function createScopeIfNone(): ts.Expression {
    return factory.createBinaryExpression(
      scope,
      tsInstance.SyntaxKind.QuestionQuestionEqualsToken,
      createRuntimeObject(lower, "MaskedScope", []),
    );
  }

  // produces: ({ handle: handle_1 } = raii_1.hold(handle_1, dispose_1, scope_1));
  function takeOther(place: ts.TextRange | undefined): ts.Statement[] {
    const held = createRuntimeCallOnOwnLine(lower, "holdMasked", [handle, dispose, scope], place);
    const parts = factory.createObjectLiteralExpression([factory.createPropertyAssignment("handle", handle)]);
    const taken = factory.createParenthesizedExpression(factory.createAssignment(parts, held));
    return [
      factory.createExpressionStatement(taken),
      createAssignment(lower, dispose, factory.createFalse()),
    ];
  }

  // produces: dispose_1 = scope_1.request(handle_1, dispose_1);
  //           while (dispose_1) dispose_1 = scope_1.receive(await scope_1.awaited);
  //           handle_1 = scope_1.handle;
  //
  // A loop is no branch to coverage tools. It waits twice at most: for a promise of a resource, and for the resource.
  function requestOther(place: ts.TextRange | undefined): ts.Statement[] {
    const read = (name: string): ts.Expression => factory.createPropertyAccessExpression(scope, name);
    const awaits = factory.createAwaitExpression(read("awaited"));
    if (place !== undefined) tsInstance.setSourceMapRange(awaits, place);
    const receive = createCallOnOwnLine(lower, scope, "receive", [awaits], place);
    const request = createCallOnOwnLine(lower, scope, "request", [handle, dispose], place);
    return [
      createAssignment(lower, dispose, request),
      factory.createWhileStatement(dispose, createAssignment(lower, dispose, receive)),
      createAssignment(lower, handle, read("handle")),
    ];
  }

  function enclose(rest: ts.NodeArray<ts.Statement>): ts.Statement {
    const error = createName(lower, "error");
    const fails = factory.createPropertyAccessExpression(
      factory.createParenthesizedExpression(createScopeIfNone()),
      "fail",
    );
    const fail = factory.createExpressionStatement(factory.createCallExpression(fails, undefined, [error]));
    const caught = tsInstance.setTextRange(factory.createVariableDeclaration(error), { pos: -1, end: -1 });
    const collect = factory.createExpressionStatement(
      createRuntimeCall(lower, "collect", [
        opensElsewhere ? createScopeIfNone() : scope,
        handle,
        dispose,
        ...(isAsync ? [factory.createTrue()] : []),
      ]),
    );
    const leave = createName(lower, "leave");
    const onSuppressed = unrolling.isOfFunction
      ? factory.createReturnStatement()
      : factory.createBreakStatement(leave);
    const ends = isOutermost
      ? factory.createBlock(
          [collect, ...createRelease(lower, lower.body!, scope, true, onSuppressed, closing)],
          true,
        )
      : collect;
    const hasNone = factory.createStrictEquality(scope, factory.createVoidZero());
    const isFast = opensElsewhere
      ? factory.createLogicalAnd(hasNone, factory.createLogicalNot(createRuntimeCall(lower, "isScoped", [])))
      : hasNone;
    const released = factory.createBlock([factory.createIfStatement(isFast, release(), ends)], true);
    // Behind the brace, too: a breakpoint on it is then put at what is called first.
    placeBrace(lower, released, "OpenBraceToken", closing && { pos: -1, end: closing.end });
    placeBrace(lower, released, "CloseBraceToken", closing);
    if (closing !== undefined) tsInstance.setSourceMapRange(caught, { pos: -1, end: closing.end });
    const content = isTakenApart
      ? tsInstance.setTextRange(factory.createNodeArray([...named, ...rest]), rest)
      : rest;
    const attempt = factory.createTryStatement(
      hideClosingBrace(lower, factory.createBlock(content, true)),
      factory.createCatchClause(caught, factory.createBlock([fail])),
      released,
    );
    return isOutermost && !unrolling.isOfFunction ? factory.createLabeledStatement(leave, attempt) : attempt;
  }

  // produces: while (false
  //             === await dispose_1.
  //             apply(handle_1)) break;
  //
  // See createLeavingLoop. V8 counts an operation as beginning at its operator, and the printer breaks a line before that.
  function release(): ts.Statement {
    const call = createCallOnOwnLine(lower, dispose, "apply", [handle], closing);
    if (!isAsync) return createLeavingLoop(lower, call, factory.createBreakStatement());
    const equals = factory.createToken(tsInstance.SyntaxKind.EqualsEqualsEqualsToken);
    const awaits = factory.createAwaitExpression(call);
    if (closing !== undefined) tsInstance.setSourceMapRange(awaits, closing);
    const operation = factory.createBinaryExpression(
      factory.createFalse(),
      onOwnLine(lower, equals, closing),
      awaits,
    );
    return createLeavingLoop(lower, operation, factory.createBreakStatement());
  }
}
