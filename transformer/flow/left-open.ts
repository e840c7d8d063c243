import type ts from "typescript";
import { isEndlessLoop } from "../syntax/is-endless-loop";
import { contains, functionOf, isAssignmentOperator } from "../syntax/nodes";
import type { Allocation } from "./allocations";
import type { Flow } from "./flow";
import { letsGo } from "./lost";

/** Of what has been made, where the ways that lead to a place have all left it open, or one of them may not have. */
type State = "open" | "closed" | undefined;

interface Target {
  readonly node: ts.Node;
  readonly label: string | undefined;
  readonly breaks: State[];
}

/**
 * The place where a function leaves a scope, on a way of its own, without having released what it has made: an early `return`,
 * a `throw`, a `continue`, or the end of the block. What any part of a statement may release counts as released, and so does
 * what only one of two ways has released: what is found is certain. Errors of calls are not looked at.
 *
 * @returns the statement that leaves, or the block; `undefined` where there is none.
 */
export function leftOpenAt(
  looked: { readonly tsInstance: typeof ts; readonly checker: ts.TypeChecker; readonly flow: Flow },
  { constant, type }: Allocation,
): ts.Node | undefined {
  const { tsInstance, checker, flow } = looked;
  const { SyntaxKind } = tsInstance;
  const symbol = constant && flow.variables.symbolOf(constant);
  if (constant === undefined || symbol === undefined) return undefined;
  const fn = functionOf(tsInstance, constant);
  const statement = constant.parent.parent.parent;
  const block = statement.parent;
  if (tsInstance.isSourceFile(fn) || !tsInstance.isVariableStatement(statement)) return undefined;
  if (!tsInstance.isBlock(block) && !tsInstance.isCaseOrDefaultClause(block)) return undefined;

  const references = flow.variables.referencesTo(symbol);
  const ends = references.filter((each) => isWritten(each) || letsGo(looked, each, type));
  // A function inside may be called at any time.
  if (ends.some((each) => functionOf(tsInstance, each) !== fn)) return undefined;
  const mayBeNothing = checker.getNonNullableType(type) !== type;

  let found: ts.Node | undefined;
  /** How many `finally` around release it, and how many `catch` take what is thrown. */
  let released = 0;
  let caught = 0;
  const targets: Target[] = [];
  const { statements } = block;
  const end = list(statements.slice(statements.indexOf(statement) + 1), "open");
  if (found === undefined && end === "open" && !tsInstance.isCaseOrDefaultClause(block)) found = block;
  return found;

  function isWritten(mention: ts.Identifier): boolean {
    const { parent } = mention;
    return (
      tsInstance.isBinaryExpression(parent) &&
      parent.left === mention &&
      isAssignmentOperator(tsInstance, parent.operatorToken.kind)
    );
  }

  function endsIn(node: ts.Node | undefined): boolean {
    return node !== undefined && ends.some((each) => contains(node, each));
  }

  function after(node: ts.Node | undefined, state: State): State {
    return state === "open" && endsIn(node) ? "closed" : state;
  }

  function leave(node: ts.Node, state: State): undefined {
    if (state === "open" && released === 0) found ??= node;
    return undefined;
  }

  function list(all: readonly ts.Statement[], state: State): State {
    for (const each of all) {
      if (state === undefined) return undefined;
      state = walk(each, state);
    }
    return state;
  }

  function walk(node: ts.Statement, state: State): State {
    if (tsInstance.isBlock(node)) return list(node.statements, state);
    if (tsInstance.isReturnStatement(node)) return leave(node, after(node.expression, state));
    if (tsInstance.isThrowStatement(node))
      return caught > 0 ? undefined : leave(node, after(node.expression, state));
    if (tsInstance.isBreakOrContinueStatement(node)) return jump(node, state);
    if (tsInstance.isIfStatement(node)) return ofIf(node, after(node.expression, state));
    if (tsInstance.isTryStatement(node)) return ofTry(node, state);
    if (tsInstance.isSwitchStatement(node)) return ofSwitch(node, after(node.expression, state));
    if (tsInstance.isIterationStatement(node, false)) return ofLoop(node, state);
    if (tsInstance.isLabeledStatement(node))
      return ofTarget(node, node.label.text, () => walk(node.statement, state));
    if (tsInstance.isExpressionStatement(node) && isNever(node.expression)) return undefined;
    return after(node, state);
  }

  /** `process.exit()` and its like. */
  function isNever(node: ts.Expression): boolean {
    return (
      tsInstance.isCallExpression(node) &&
      (checker.getTypeAtLocation(node).flags & tsInstance.TypeFlags.Never) !== 0
    );
  }

  function jump(node: ts.BreakOrContinueStatement, state: State): State {
    const label = node.label?.text;
    const isBreak = node.kind === SyntaxKind.BreakStatement;
    const target = targets.findLast((each) =>
      label === undefined
        ? tsInstance.isIterationStatement(each.node, false) ||
          (isBreak && tsInstance.isSwitchStatement(each.node))
        : each.label === label,
    );
    if (target === undefined) return leave(node, state);
    if (isBreak) target.breaks.push(state);
    return undefined;
  }

  function ofTarget(node: ts.Node, label: string | undefined, inside: () => State): State {
    const target: Target = { node, label, breaks: [] };
    targets.push(target);
    const state = inside();
    targets.pop();
    return target.breaks.reduce(join, state);
  }

  function ofIf(node: ts.IfStatement, state: State): State {
    // Of what may be nothing, a question about it may be whether it is.
    const asks = mayBeNothing && references.some((each) => contains(node.expression, each));
    const inside = asks && state === "open" ? "closed" : state;
    const ways = [walk(node.thenStatement, inside)];
    ways.push(node.elseStatement ? walk(node.elseStatement, inside) : inside);
    return asks && ways.includes(undefined) && ways.some((way) => way !== undefined) && !endsIn(node)
      ? state
      : join(ways[0], ways[1]);
  }

  function ofTry(node: ts.TryStatement, state: State): State {
    const { tryBlock, catchClause, finallyBlock } = node;
    const isReleased = endsIn(finallyBlock);
    if (isReleased) released++;
    if (catchClause !== undefined) caught++;
    const tried = walk(tryBlock, state);
    if (catchClause !== undefined) caught--;
    const whole =
      catchClause === undefined ? tried : join(tried, walk(catchClause.block, after(tryBlock, state)));
    if (isReleased) released--;
    return finallyBlock === undefined || whole === undefined ? whole : walk(finallyBlock, whole);
  }

  function ofSwitch(node: ts.SwitchStatement, state: State): State {
    const { clauses } = node.caseBlock;
    return ofTarget(node, undefined, () => {
      let through: State;
      let isAnyDone = false;
      for (const { statements: all } of clauses) {
        through = list(all, join(state, through));
        isAnyDone ||= through !== undefined;
      }
      const hasDefault = clauses.some((each) => tsInstance.isDefaultClause(each));
      // Where each of the cases leaves, they may be all that there are.
      return hasDefault || !isAnyDone ? through : join(through, state);
    });
  }

  function ofLoop(node: ts.IterationStatement, state: State): State {
    // In a later round it may have been released by one before.
    const inside = after(node, state);
    return ofTarget(node, undefined, () => {
      const through = walk(node.statement, inside);
      if (isEndlessLoop(tsInstance, node)) return undefined;
      return tsInstance.isDoStatement(node) ? through : join(inside, through);
    });
  }
}

function join(first: State, second: State): State {
  if (first === undefined || second === undefined) return first ?? second;
  return first === second ? first : "closed";
}
