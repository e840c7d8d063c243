import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import { valuesWrittenTo } from "../flow/container-writes";
import type { Held } from "../flow/held";
import { suspendsAfter } from "../flow/later";
import { lifetimeOf } from "../flow/lifetimes";
import { isFakeClock, isLock } from "../flow/locks";
import { isUnused } from "../flow/unused";
import { isDelay } from "../syntax/member-names";
import { contains, functionOf, plainName } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { isWaiting } from "./helpers/is-waiting";
import { reportOutlives } from "./helpers/report-outlives";
import type { TypedFile, TypeRule } from "./rule";

/**
 * `return work()` or `work();` under a lock: the work need not mention the lock to need it, and nobody awaits it before it is
 * released.
 */
export const escapeUnderLock: TypeRule = {
  reports: ["escape-by-promise"],
  check(file) {
    const { tsInstance, flow } = file;
    const locks = locksByFunction(file);
    if (locks.size === 0) return;
    const check = (node: ts.Node, expression: ts.Expression, how: "returned" | "left"): void => {
      const lock = lockAround(file, locks, node);
      if (lock === undefined || flow.promises.of(expression).length > 0) return; // escape-by-promise
      const { isAsync } = kindOf(tsInstance, functionOf(tsInstance, node) as ts.FunctionLikeDeclaration);
      // A test moves the clock on, and then what was begun is done.
      if (how === "left" && !isAsync && isFakeClock(tsInstance, lock)) return;
      for (const work of workIn(file, expression, lock)) reportOutlives(file, lock, work, isAsync);
    };
    const { exits, statements, declarations, assignments, calls, awaits } = flow.nodes();
    for (const exit of exits)
      if (tsInstance.isReturnStatement(exit) && exit.expression !== undefined)
        check(exit, exit.expression, "returned");
    for (const statement of statements) check(statement, statement.expression, "left");
    for (const declaration of declarations) {
      const { name, initializer } = declaration;
      if (initializer !== undefined && tsInstance.isIdentifier(name) && isNeverTaken(file, name, declaration))
        check(declaration, initializer, "left");
    }
    for (const { left, right } of assignments)
      if (isKept(file, locks, left, right)) check(right, right, "left");
    for (const { expression: callee } of calls) {
      if (!tsInstance.isPropertyAccessExpression(callee)) continue;
      for (const value of valuesWrittenTo(tsInstance, callee.expression))
        if (isKept(file, locks, callee.expression, value)) check(value, value, "left");
    }
    for (const { expression } of awaits) checkRace(file, locks, expression);
  },
};

type Locks = ReadonlyMap<ts.Node, readonly Held[]>;

function locksByFunction({ tsInstance, checker, flow }: TypedFile): Locks {
  const locks = new Map<ts.Node, Held[]>();
  for (const held of flow.held) {
    if (tsInstance.isSourceFile(held.fn)) continue;
    if (kindOf(tsInstance, held.fn).isGenerator || !isLock(tsInstance, checker, held)) continue;
    const others = locks.get(held.fn);
    if (others === undefined) locks.set(held.fn, [held]);
    else others.push(held);
  }
  return locks;
}

/** The lock that is held where a node stands. */
function lockAround({ tsInstance }: TypedFile, locks: Locks, node: ts.Node): Held | undefined {
  return locks
    .get(functionOf(tsInstance, node))
    ?.find((each) => contains(each.scope, node) && each.node.end <= node.end);
}

function isNeverTaken({ tsInstance, flow }: TypedFile, name: ts.Identifier, write: ts.Node): boolean {
  const symbol = flow.variables.symbolOf(name);
  return symbol !== undefined && isUnused(tsInstance, flow.variables, symbol, write);
}

/** Whether what outlives the lock is given a value, and nothing is awaited from there on. */
function isKept(file: TypedFile, locks: Locks, target: ts.Expression, value: ts.Expression): boolean {
  const { tsInstance, flow } = file;
  const lock = lockAround(file, locks, value);
  if (lock === undefined) return false;
  const text = target.getText();
  const isAgain = flow
    .nodes()
    .members.some((each) => each !== target && contains(lock.fn, each) && each.getText() === text);
  // What is looked at as well is made once and kept: `this.client ??= connect()`.
  if (isAgain || !isPlainAssignment(tsInstance, target)) return false;
  const lifetime = lifetimeOf(tsInstance, flow.variables, lock, target);
  return (lifetime === "beyond" || lifetime === "parameter") && !suspendsAfter(tsInstance, lock.scope, value);
}

function isPlainAssignment(tsInstance: typeof ts, { parent }: ts.Expression): boolean {
  return (
    !tsInstance.isBinaryExpression(parent) || parent.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken
  );
}

/** The calls that give a promise among what an expression may give: something is being done. */
function workIn(file: TypedFile, expression: ts.Expression, lock: Held): readonly ts.Expression[] {
  const { tsInstance, checker, flow } = file;
  const { SyntaxKind } = tsInstance;
  const node = skipOuterExpressions(tsInstance, expression);
  const inAll = (parts: readonly ts.Expression[]): readonly ts.Expression[] =>
    parts.flatMap((each) => workIn(file, each, lock));
  if (tsInstance.isConditionalExpression(node)) return inAll([node.whenTrue, node.whenFalse]);
  if (tsInstance.isBinaryExpression(node))
    switch (node.operatorToken.kind) {
      case SyntaxKind.AmpersandAmpersandToken:
      case SyntaxKind.CommaToken:
        return inAll([node.right]);
      case SyntaxKind.BarBarToken:
      case SyntaxKind.QuestionQuestionToken:
        return inAll([node.left, node.right]);
      default:
        return [];
    }
  if (tsInstance.isArrayLiteralExpression(node)) return inAll(node.elements);
  if (tsInstance.isObjectLiteralExpression(node))
    return inAll(
      node.properties.flatMap((each) => (tsInstance.isPropertyAssignment(each) ? each.initializer : [])),
    );
  if (tsInstance.isIdentifier(node)) return isBegunUnder(file, node, lock) ? [node] : [];
  const isMade = tsInstance.isCallExpression(node) || tsInstance.isNewExpression(node);
  if (!isMade || flow.heldAt.has(node)) return [];
  if (flow.promises.startsEach(node)) return [node];
  if (!flow.types.isPromise(checker.getTypeAtLocation(node))) return [];
  // It is settled already, or rests on what is given.
  if (!plainName(tsInstance, node.expression).startsWith("Promise.")) return [node];
  return (node.arguments ?? []).some((each) => tsInstance.isCallExpression(each) || inAll([each]).length > 0)
    ? [node]
    : [];
}

/** Whether a name holds the promise of what has been begun under the lock, and nothing has awaited since. */
function isBegunUnder({ tsInstance, flow }: TypedFile, name: ts.Identifier, lock: Held): boolean {
  const value = flow.variables.valueAt(name);
  const symbol = flow.variables.symbolOf(name);
  if (value === undefined || symbol === undefined) return false;
  const begun = skipOuterExpressions(tsInstance, value);
  const isUnder = contains(lock.scope, begun) && begun.pos >= lock.node.end;
  if (!isUnder || !tsInstance.isCallExpression(begun) || !flow.types.isPromise(flow.types.typeOf(begun)))
    return false;
  const { expression: callee } = begun;
  const isChain = tsInstance.isPropertyAccessExpression(callee) && callee.name.text === "then";
  if (plainName(tsInstance, callee).startsWith("Promise.")) return false;
  if (isFakeClock(tsInstance, lock) && !isChain) return false;
  return !flow.variables.referencesTo(symbol).some((each) => each.pos >= begun.end && each.end <= name.pos);
}

/** `await Promise.race([work(), timedOut(1000)])`: once the time is over, the work goes on. */
function checkRace(file: TypedFile, locks: Locks, awaited: ts.Expression): void {
  const { tsInstance, flow } = file;
  const lock = lockAround(file, locks, awaited);
  const combination = lock && flow.combinators.combinationOf(awaited);
  if (lock === undefined || combination === undefined || combination.settling === "all") return;
  const isAsync = true; // it awaits
  const works = flow.combinators.elementsOf(combination).some(({ expression }) => {
    const node = skipOuterExpressions(tsInstance, expression);
    if (!tsInstance.isCallExpression(node) || isWaiting(tsInstance, node)) return false;
    if (flow.promises.of(node).length > 0 || isTimer(file, node)) return false;
    return flow.types.isPromise(flow.types.typeOf(node));
  });
  if (works) reportOutlives(file, lock, combination.call, isAsync, "raced");
}

/** Whether a call does nothing but to wait, as its name says, or the text of its function: `setTimeout(reject, ms)`. */
function isTimer({ tsInstance, flow }: TypedFile, call: ts.CallExpression): boolean {
  const { expression: callee } = call;
  const name = tsInstance.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  if (isDelay(name) || /time(?:d?out|r)/i.test(name)) return true;
  return (
    tsInstance.isIdentifier(callee) &&
    flow.variables.valueAt(callee)?.getText().includes("setTimeout(") === true
  );
}
