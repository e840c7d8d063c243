import type ts from "typescript";
import { createName } from "./create-name";
import { createAssignment, createConst, createDeclaration, createMethodCall } from "./create-nodes";
import { createRuntimeObject } from "./create-runtime-calls";
import { type LowerContext, type Suspension, visitExpression } from "./lower-context";
import { pointTo } from "./provenance";
import { unnamed } from "./unnamed";

// A generator that its consumer closes runs its `finally` blocks and nothing else: that is all it is told. So each yield
// notes that it suspends and, when it goes on, that it runs. The first scope to end while it still counts as suspended
// knows that it is being closed. An error that the consumer throws into it is caught before any scope ends.

export function createSuspension(lower: LowerContext, isAsync: boolean): Suspension {
  const steps = isAsync ? createName(lower, "steps") : undefined;
  return { stage: createName(lower, "stage"), sent: createName(lower, "sent"), steps };
}

// produces: let stage_1 = "running", sent_1;
//           let stage_1 = "running", sent_1, steps_1 = new raii_1.GeneratorSteps();          an async generator
export function declareSuspension(lower: LowerContext, { stage, sent, steps }: Suspension): ts.Statement {
  return createDeclaration(lower, lower.tsInstance.NodeFlags.Let, [
    [stage, lower.factory.createStringLiteral("running")],
    [sent],
    ...(steps === undefined ? [] : [[steps, createRuntimeObject(lower, "GeneratorSteps", [])] as const]),
  ]);
}

// produces: steps_1.enters();                      an async generator, where its consumer may have made it go on
export function createEnters(lower: LowerContext, { steps }: Suspension): ts.Statement[] {
  if (steps === undefined) return [];
  return [lower.factory.createExpressionStatement(createMethodCall(lower, steps, "enters", []))];
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
//
// produces: … steps_1.resumes(yield steps_1.yields(x)) …           an async generator
//           … steps_1.resumes(yield* steps_1.delegates(x)) …
export function lowerYield(
  lower: LowerContext,
  node: ts.YieldExpression,
  { stage, sent, steps }: Suspension,
  isStatement = false,
): ts.Expression {
  const { factory, tsInstance } = lower;
  const value = node.expression && visitExpression(lower, node.expression);
  const isPlain = value === undefined || isPlainValue(lower, value);
  const resumed = createYieldOf(lower, node, isPlain ? value : sent, steps);
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
  steps: ts.Identifier | undefined,
): ts.Expression {
  const { factory } = lower;
  const { asteriskToken } = node;
  const name = asteriskToken === undefined ? "yields" : "delegates";
  const given =
    steps === undefined ? value : createMethodCall(lower, steps, name, value === undefined ? [] : [value]);
  const created =
    asteriskToken === undefined
      ? factory.createYieldExpression(undefined, given)
      : factory.createYieldExpression(asteriskToken, given!);
  const yields = pointTo(lower, created, node);
  return steps === undefined ? yields : createMethodCall(lower, steps, "resumes", [yields]);
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
  const run = (): ts.Statement[] => [
    ...createEnters(lower, suspension),
    createStage(lower, suspension, "running"),
  ];
  const tryBlock = visit(node.tryBlock) as ts.Block;
  const clause = node.catchClause && (tsInstance.visitNode(node.catchClause, visit) as ts.CatchClause);
  const caught =
    clause && factory.updateCatchClause(clause, clause.variableDeclaration, prepend(clause.block, run()));
  const finallyBlock = node.finallyBlock && (visit(node.finallyBlock) as ts.Block);
  if (finallyBlock === undefined) return factory.updateTryStatement(node, tryBlock, caught, undefined);
  const before = createName(lower, "before");
  const guarded = prepend(
    finallyBlock,
    [createConst(lower, before, stage), ...run()],
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
