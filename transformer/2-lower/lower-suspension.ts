import type ts from "typescript";
import { createName } from "./create-name";
import { createAssignment, createConst, createDeclaration } from "./create-nodes";
import { type LowerContext, type Suspension, visitExpression } from "./lower-context";
import { pointTo } from "./provenance";
import { unnamed } from "./unnamed";

// A generator that its consumer closes runs its `finally` blocks and nothing else: that is all it is told. So each yield
// notes that it suspends and, when it goes on, that it runs. The first scope to end while it still counts as suspended
// knows that it is being closed. An error that the consumer throws into it is caught before any scope ends.

export function createSuspension(lower: LowerContext): Suspension {
  return { stage: createName(lower, "stage"), sent: createName(lower, "sent") };
}

// produces: let stage_1 = "running", sent_1;
export function declareSuspension(lower: LowerContext, { stage, sent }: Suspension): ts.Statement {
  return createDeclaration(lower, lower.tsInstance.NodeFlags.Let, [
    [stage, lower.factory.createStringLiteral("running")],
    [sent],
  ]);
}

/** The stage a generator is in: running, suspended at a yield or being closed there, closing after a release has thrown. */
type Stage = "running" | "suspended" | "closing";

/** `stage_1 === "closing"` */
export function createIsStage({ factory }: LowerContext, { stage }: Suspension, value: Stage): ts.Expression {
  return factory.createStrictEquality(stage, factory.createStringLiteral(value));
}

/** `stage_1 = "closing";` */
export function createStage(lower: LowerContext, { stage }: Suspension, value: Stage): ts.Statement {
  return createAssignment(lower, stage, lower.factory.createStringLiteral(value));
}

// produces: if (stage_1 === "suspended") stage_1 = "closing";
export function createStageChange(
  lower: LowerContext,
  suspension: Suspension,
  from: Stage,
  to: Stage,
): ts.Statement {
  const change = createStage(lower, suspension, to);
  return lower.factory.createIfStatement(createIsStage(lower, suspension, from), change);
}

// given:    yield f(x)
// produces: (sent_1 = f(x), stage_1 = "suspended", sent_1 = yield sent_1, stage_1 = "running", sent_1)
//           stage_1 = "suspended", yield x, stage_1 = "running"    a statement that yields a mere name
export function lowerYield(
  lower: LowerContext,
  node: ts.YieldExpression,
  { stage, sent }: Suspension,
  isStatement = false,
): ts.Expression {
  const { factory, tsInstance } = lower;
  const value = node.expression && visitExpression(lower, node.expression);
  const isPlain = value === undefined || isPlainValue(lower, value);
  const resumed = createYieldOf(lower, node, isPlain ? value : sent);
  const parts = [
    ...(isPlain ? [] : [factory.createAssignment(sent, unnamed(lower, value))]),
    factory.createAssignment(stage, factory.createStringLiteral("suspended")),
    isStatement ? resumed : factory.createAssignment(sent, resumed),
    factory.createAssignment(stage, factory.createStringLiteral("running")),
    ...(isStatement ? [] : [sent]),
  ];
  const sequence = parts.reduce((left, right) => factory.createComma(left, right));
  if (isStatement) return sequence;
  // What follows the yield follows its value.
  const before = { pos: node.pos, end: -1 };
  return tsInstance.setCommentRange(factory.createParenthesizedExpression(sequence), before);
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
  return pointTo(lower, created, node);
}

// given:    try { … } catch (e) { recover(e); } finally { close(); }
// produces: try { … } catch (e) { stage_1 = "running"; recover(e); }
//           finally { const before_1 = stage_1; stage_1 = "running"; close(); stage_1 = before_1; }
//
// A `catch` has called the closing off, and so has a `finally` that ends otherwise (by return, break, …).
export function lowerTry(
  lower: LowerContext,
  node: ts.TryStatement,
  suspension: Suspension,
): ts.TryStatement {
  const { factory, tsInstance, visit } = lower;
  const { stage } = suspension;
  const run = (): ts.Statement => createStage(lower, suspension, "running");
  const tryBlock = visit(node.tryBlock) as ts.Block;
  const clause = node.catchClause && (tsInstance.visitNode(node.catchClause, visit) as ts.CatchClause);
  const caught =
    clause && factory.updateCatchClause(clause, clause.variableDeclaration, prepend(clause.block, [run()]));
  const finallyBlock = node.finallyBlock && (visit(node.finallyBlock) as ts.Block);
  if (finallyBlock === undefined) return factory.updateTryStatement(node, tryBlock, caught, undefined);
  const before = createName(lower, "before");
  const guarded = prepend(
    finallyBlock,
    [createConst(lower, before, stage), run()],
    [createAssignment(lower, stage, before)],
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
