import type ts from "typescript";
import { skipOuterExpressions } from "../1-analyze/skip-outer-expressions";
import { createAssignment, createConst, createDeclaration } from "./create-runtime-calls";
import { copyPosition } from "./lower-acquisition";
import { type LowerContext, type Suspension, visitExpression } from "./lower-context";

// A generator that its consumer closes runs its `finally` blocks and nothing else: that is all it is told. So each yield
// notes that it suspends and, when it goes on, that it does not; what still counts as suspended in a `finally` is being
// closed. An error that the consumer throws into it ends the suspension where it is caught.

export function createSuspension({ factory }: LowerContext): Suspension {
  return { isSuspended: factory.createUniqueName("isSuspended"), sent: factory.createUniqueName("sent") };
}

// produces: let isSuspended_1 = false, sent_1;
export function declareSuspension(lower: LowerContext, { isSuspended, sent }: Suspension): ts.Statement {
  return createDeclaration(lower, lower.tsInstance.NodeFlags.Let, [
    [isSuspended, lower.factory.createFalse()],
    [sent],
  ]);
}

/** `isSuspended_1 = false;`, to be put where an error has been caught. */
export function createResumed(lower: LowerContext): ts.Statement[] {
  const suspension = lower.body?.suspension;
  return suspension === undefined
    ? []
    : [createAssignment(lower, suspension.isSuspended, lower.factory.createFalse())];
}

// given:    yield f(x)
// produces: (sent_1 = f(x), isSuspended_1 = true, sent_1 = yield sent_1, isSuspended_1 = false, sent_1)
//           isSuspended_1 = true, yield x, isSuspended_1 = false    a statement that yields a mere name
export function lowerYield(
  lower: LowerContext,
  node: ts.YieldExpression,
  { isSuspended, sent }: Suspension,
  isStatement = false,
): ts.Expression {
  const { factory } = lower;
  const value = node.expression && visitExpression(lower, node.expression);
  const isPlain = value === undefined || isPlainValue(lower, value);
  const resumed = createYieldOf(lower, node, isPlain ? value : sent);
  const parts = [
    ...(isPlain ? [] : [factory.createAssignment(sent, unnamed(lower, value))]),
    factory.createAssignment(isSuspended, factory.createTrue()),
    isStatement ? resumed : factory.createAssignment(sent, resumed),
    factory.createAssignment(isSuspended, factory.createFalse()),
    ...(isStatement ? [] : [sent]),
  ];
  const sequence = parts.reduce((left, right) => factory.createComma(left, right));
  return isStatement ? sequence : factory.createParenthesizedExpression(sequence);
}

/** What to evaluate runs no code of anybody's, so that it makes no difference when. */
function isPlainValue({ tsInstance }: LowerContext, value: ts.Expression): boolean {
  return (
    tsInstance.isIdentifier(value) ||
    tsInstance.isLiteralExpression(value) ||
    value.kind === tsInstance.SyntaxKind.ThisKeyword
  );
}

function createYieldOf(
  lower: LowerContext,
  node: ts.YieldExpression,
  value: ts.Expression | undefined,
): ts.Expression {
  const { factory } = lower;
  const created =
    node.asteriskToken === undefined
      ? factory.createYieldExpression(undefined, value)
      : factory.createYieldExpression(node.asteriskToken, value!);
  return copyPosition(lower, created, node);
}

/** An anonymous function or class must not be named by the variable it passes through. */
function unnamed({ factory, tsInstance }: LowerContext, value: ts.Expression): ts.Expression {
  const inner = skipOuterExpressions(tsInstance, value);
  const takesName =
    tsInstance.isArrowFunction(inner) ||
    tsInstance.isFunctionExpression(inner) ||
    tsInstance.isClassExpression(inner);
  return takesName ? factory.createComma(factory.createNumericLiteral(0), value) : value;
}

// given:    try { … } catch (e) { recover(e); } finally { close(); }
// produces: try { … } catch (e) { isSuspended_1 = false; recover(e); }
//           finally { const isClosing_1 = isSuspended_1; isSuspended_1 = false; close(); isSuspended_1 = isClosing_1; }
//
// A `finally` that ends otherwise (by return, break, …) has called the closing off.
export function lowerTry(
  lower: LowerContext,
  node: ts.TryStatement,
  { isSuspended }: Suspension,
): ts.TryStatement {
  const { factory, tsInstance, visit } = lower;
  const tryBlock = visit(node.tryBlock) as ts.Block;
  const clause = node.catchClause && (tsInstance.visitNode(node.catchClause, visit) as ts.CatchClause);
  const caught =
    clause &&
    factory.updateCatchClause(
      clause,
      clause.variableDeclaration,
      prepend(clause.block, createResumed(lower)),
    );
  const finallyBlock = node.finallyBlock && (visit(node.finallyBlock) as ts.Block);
  if (finallyBlock === undefined) return factory.updateTryStatement(node, tryBlock, caught, undefined);
  const isClosing = factory.createUniqueName("isClosing");
  const guarded = prepend(
    finallyBlock,
    [createConst(lower, isClosing, isSuspended), ...createResumed(lower)],
    [createAssignment(lower, isSuspended, isClosing)],
  );
  return factory.updateTryStatement(node, tryBlock, caught, guarded);

  function prepend(block: ts.Block, first: ts.Statement[], last: ts.Statement[] = []): ts.Block {
    return factory.updateBlock(
      block,
      tsInstance.setTextRange(
        factory.createNodeArray([...first, ...block.statements, ...last]),
        block.statements,
      ),
    );
  }
}
