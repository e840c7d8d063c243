import type ts from "typescript";
import type { ScopeOwner } from "../1-analyze/plan-types";
import { noteAwait } from "./await-places";
import { copyName } from "./copy-name";
import { createName } from "./create-name";
import { createAssignment, createConst, createMethodCall } from "./create-nodes";
import { createMarker, createRuntimeCall, createRuntimeObject, scopeClass } from "./create-runtime-calls";
import { createAcquisition, withoutParentheses } from "./lower-acquisition";
import { type BodyContext, type LowerContext, visitExpression, withPending } from "./lower-context";
import { createEnters, createIsStage, createStage, createStageChange } from "./lower-suspension";
import {
  createCallOnOwnLine,
  createLeavingLoop,
  hideClosingBrace,
  onOwnLine,
  placeBrace,
  startOnNewLine,
} from "./map-to-own-line";
import { copyPosition } from "./provenance";

/** Whether anything in the function being lowered is acquired in the scope of `owner`. */
export function ownsScope({ body }: LowerContext, owner: ts.Node): boolean {
  return body !== undefined && body.plan.scopes.has(owner as ts.Statement);
}

// given:    {
//             const file = raii(open(path));
//             file.read();
//           }
// produces: {
//             const scope_1 = raii.scope();
//             leave_1: try {
//               const file = yield scope_1.take(open(path));
//               file.read();
//             }
//             catch (error_1) { scope_1.fail(error_1); }
//             finally { while (scope_1.exit()) break leave_1; }
//           }
//
// The whole content moves into the `try`, so that everything declared in it stays together. The `break` drops whatever
// the body was about to do (return, continue, …) when a release has suppressed a failure (S5).
export function lowerScope(
  lower: LowerContext,
  body: BodyContext,
  owner: Exclude<ScopeOwner, "function">,
  lowerContent: () => readonly ts.Statement[],
  end = owner.end,
): ts.Block {
  const { factory, tsInstance } = lower;
  const leave = createName(lower, "leave");
  const [scope, attempt, content] = createScope(
    lower,
    body,
    owner,
    end,
    factory.createBreakStatement(leave),
    lowerContent,
  );
  const block = factory.createBlock([scope, factory.createLabeledStatement(leave, attempt)], true);
  if (tsInstance.isBlock(owner)) {
    // The content has the place of the block (its last comments hang on that), and the comments around are the outer's,
    // as is the opening brace: before that of the content stands a `try`, which is no statement of the source.
    const { EmitFlags, SyntaxKind } = tsInstance;
    copyPosition(lower, content, owner);
    tsInstance.setEmitFlags(content, EmitFlags.NoComments | EmitFlags.NoLeadingSourceMap);
    tsInstance.setTokenSourceMapRange(content, SyntaxKind.OpenBraceToken, { pos: -1, end: -1 });
    tsInstance.setCommentRange(block, owner);
    if (owner.pos >= 0) {
      const brace = owner.getStart(lower.sourceFile);
      placeBrace(lower, block, "OpenBraceToken", { pos: brace, end: brace + 1 });
      placeBrace(lower, block, "CloseBraceToken", { pos: owner.end - 1, end: owner.end });
    }
  }
  return block;
}

/**
 * The scope of a block or, inline, of a function: its variable, the `try` statement that holds the content, the content.
 *
 * @param end where the owner ends: the releases point there.
 * @param onSuppressed what drops the rest of the body.
 */
export function createScope(
  lower: LowerContext,
  body: BodyContext,
  owner: ScopeOwner,
  end: number,
  onSuppressed: ts.Statement,
  lowerContent: () => readonly ts.Statement[],
): readonly [scope: ts.Statement, attempt: ts.Statement, content: ts.Block] {
  const { factory, tsInstance } = lower;
  const scope = createName(lower, "scope");
  const isAsync = body.plan.scopes.get(owner) === "async";
  const type = scopeClass(lower, isAsync);
  const isOfFunction = owner === "function" ? [factory.createTrue()] : [];
  const created = type
    ? createRuntimeObject(lower, type, isOfFunction)
    : createMethodCall(lower, body.markerAlias ?? createMarker(lower, body.plan.marker!), "scope", []);
  body.scopes.set(owner, scope);

  const content = hideClosingBrace(lower, factory.createBlock(lowerContent(), true));
  body.scopes.delete(owner);
  const closing = end < 0 ? undefined : { pos: end - 1, end };
  const { suspension } = body;
  const resumption =
    suspension === undefined
      ? []
      : [...createEnters(lower, suspension), createStageChange(lower, suspension, "suspended", "running")];
  const release = factory.createBlock(createRelease(lower, body, scope, isAsync, onSuppressed, closing));
  const failing = createFailing(lower, scope, ...resumption);
  // V8 ends the range of the code before at the `catch` or at the `finally`. That place must map to the source: behind the
  // brace for the one and at it for the other, so that c8 finds nothing between. A `catch` that never runs is no branch.
  placeBrace(lower, release, "OpenBraceToken", closing);
  if (closing !== undefined)
    tsInstance.setSourceMapRange(failing.variableDeclaration!, { pos: -1, end: closing.end });
  const attempt = factory.createTryStatement(content, failing, release);
  return [createConst(lower, scope, created), attempt, content];
}

// given:    }                                                     the end of a scope
// produces: while (scope_1.exit()) break leave_1;                     an `if`: see createLeavingLoop
//           if (yield raii_1.leave(scope_1)) break leave_1;       a program, asynchronous
//           while (scope_1.unwind())                              inline, asynchronous
//             try { scope_1.awaited = await scope_1.awaited; }     not to be a statement of the source: see onOwnLine
//             catch (error_1) { scope_1.fail(error_1); }
//           if (scope_1.exit()) break leave_1;
//
//           if (stage_1 === "suspended") stage_1 = "closing";     in a generator
//           sent_1 = void 0;                                      of a block: nothing is held when it has ended (S10)
//           while (scope_1.exit(stage_1 === "closing")) {
//             if (stage_1 === "running") break leave_1;
//             stage_1 = "suspended"; return;
//           }
//           if (stage_1 === "closing") stage_1 = "suspended";
//
// So a stage of "closing" outlasts a scope only if a release has thrown: that does not call the closing off. What other
// code throws while the generator is being closed does, as it does in every generator (S5).
export function createRelease(
  lower: LowerContext,
  { plan, suspension }: BodyContext,
  scope: ts.Identifier,
  isAsync: boolean,
  onSuppressed: ts.Statement,
  closing: ts.TextRange | undefined,
): ts.Statement[] {
  const { factory, tsInstance } = lower;
  if (isAsync && plan.kind === "program") {
    const leaves = createRuntimeCall(lower, "leave", [scope, ...noteAwait(lower, closing)]);
    const left = factory.createYieldExpression(undefined, leaves);
    return [factory.createIfStatement(left, onSuppressed)];
  }
  const exit = (args: readonly ts.Expression[]): ts.Expression =>
    createCallOnOwnLine(lower, scope, "exit", args, closing);
  const statements: ts.Statement[] = [];
  const isClosing = (): ts.Expression[] =>
    suspension === undefined ? [] : [createIsStage(lower, suspension, "closing")];
  const last: ts.Statement[] = [];
  let next = onSuppressed;
  if (suspension !== undefined) {
    statements.push(...createEnters(lower, suspension));
    statements.push(createStageChange(lower, suspension, "suspended", "closing"));
    if (!tsInstance.isReturnStatement(onSuppressed)) {
      statements.push(createAssignment(lower, suspension.sent, factory.createVoidZero()));
      const isRunning = createIsStage(lower, suspension, "running");
      const close = [createStage(lower, suspension, "suspended"), factory.createReturnStatement()];
      next = factory.createBlock([factory.createIfStatement(isRunning, onSuppressed), ...close]);
      last.push(createStageChange(lower, suspension, "closing", "suspended"));
    }
  }
  if (!isAsync) return [...statements, createLeavingLoop(lower, exit(isClosing()), next), ...last];
  const awaited = (): ts.Expression => factory.createPropertyAccessExpression(scope, "awaited");
  // V8 stops at the property that is read, and shows a frame at the `await`: only that has a place.
  const read = tsInstance.setEmitFlags(
    factory.createPropertyAccessExpression(
      scope,
      startOnNewLine(tsInstance, factory.createIdentifier("awaited")),
    ),
    tsInstance.EmitFlags.None,
  );
  const awaits = tsInstance.setEmitFlags(
    onOwnLine(lower, factory.createAwaitExpression(read), closing),
    tsInstance.EmitFlags.NoTrailingSourceMap,
  );
  const unwinding = createAwaiting(
    lower,
    createCallOnOwnLine(lower, scope, "unwind", isClosing(), closing),
    [createAssignment(lower, awaited(), awaits)],
    scope,
  );
  // A debugger has stopped at the brace.
  return [...statements, unwinding, factory.createIfStatement(exit([]), next), ...last];
}

// given:    what a scope or a driver has to wait for
// produces: while (driver_1.waits())
//             try { … await … }
//             catch (error_1) { driver_1.fail(error_1); }
export function createAwaiting(
  lower: LowerContext,
  condition: ts.Expression,
  awaits: readonly ts.Statement[],
  told: ts.Identifier,
): ts.Statement {
  const { factory } = lower;
  const attempt = factory.createTryStatement(
    factory.createBlock(awaits),
    createFailing(lower, told),
    undefined,
  );
  return factory.createWhileStatement(condition, attempt);
}

/** `catch (error_1) { told_1.fail(error_1); }` */
export function createFailing(
  lower: LowerContext,
  told: ts.Identifier,
  ...first: readonly ts.Statement[]
): ts.CatchClause {
  const { factory } = lower;
  const error = createName(lower, "error");
  const fail = factory.createExpressionStatement(createMethodCall(lower, told, "fail", [error]));
  return factory.createCatchClause(error, factory.createBlock([...first, fail]));
}

// given:    for (using file of files) body
// produces: for (const file of files) {
//             const scope_1 = raii.scope();
//             leave_1: try { yield scope_1.take(file); body } …
//           }
export function lowerForOfUsing(
  lower: LowerContext,
  body: BodyContext,
  node: ts.ForOfStatement,
  list: ts.VariableDeclarationList,
): ts.Statement {
  const { factory, tsInstance } = lower;
  const head = factory.createVariableDeclarationList(list.declarations, tsInstance.NodeFlags.Const);
  const expression = visitExpression(lower, node.expression);
  const iteration = lowerUsingIteration(lower, body, node, list);
  return factory.updateForOfStatement(
    node,
    node.awaitModifier,
    copyPosition(lower, head, list),
    expression,
    iteration,
  );
}

/** The body of a loop with `using` in its head: what that names is acquired, and is its own handle. */
export function lowerUsingIteration(
  lower: LowerContext,
  body: BodyContext,
  { statement }: ts.ForOfStatement,
  list: ts.VariableDeclarationList,
): ts.Block {
  const { factory, tsInstance } = lower;
  const declaration = list.declarations[0]!;
  const { name } = declaration;
  const { isAsync } = body.plan.acquisitions.get(list)!;
  const lowerContent = (): readonly ts.Statement[] => {
    // The compiler has reported a pattern.
    const resource = tsInstance.isIdentifier(name) ? copyName(lower, name) : factory.createVoidZero();
    const acquisition = createAcquisition(lower, resource, { owner: list, isAsync }, declaration);
    const acquires = factory.createExpressionStatement(withoutParentheses(acquisition));
    // The head that is left has the comments.
    tsInstance.setEmitFlags(copyPosition(lower, acquires, list), tsInstance.EmitFlags.NoComments);
    return [acquires, visitLoopBody(lower, statement)];
  };
  return lowerScope(lower, body, list, lowerContent, statement.end);
}

/** Visits the body of a loop; an unbraced one becomes a block where it owns a scope or something is hoisted into it. */
export function visitLoopBody(lower: LowerContext, body: ts.Statement): ts.Statement {
  const { body: owner, tsInstance } = lower;
  // A loop that is the body of a loop opens its scope itself.
  if (tsInstance.isBlock(body) || tsInstance.isIterationStatement(body, false))
    return visitUnbraced(lower, body);
  if (owner !== undefined && ownsScope(lower, body)) {
    return lowerScope(lower, owner, body, () => [visitUnbraced(lower, body)]);
  }
  return visitUnbraced(lower, body);
}

function visitUnbraced(lower: LowerContext, statement: ts.Statement): ts.Statement {
  const visited = lower.visit(statement) as ts.Statement;
  const all = withPending(lower, statement, visited);
  return all.length === 1 ? visited : lower.factory.createBlock(all, true);
}
