import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Held } from "../flow/held";
import { isLock } from "../flow/locks";
import { contains, functionOf, plainName } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
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
    const check = (node: ts.Node, expression: ts.Expression): void => {
      const lock = locks.get(functionOf(tsInstance, node))?.find(({ scope }) => contains(scope, node));
      if (lock === undefined || flow.promises.of(expression).length > 0) return; // escape-by-promise
      const work = workOf(file, expression);
      if (work !== undefined) reportOutlives(file, lock, work, true);
    };
    for (const exit of flow.nodes().exits)
      if (tsInstance.isReturnStatement(exit) && exit.expression !== undefined) check(exit, exit.expression);
    for (const statement of flow.nodes().statements) check(statement, statement.expression);
  },
};

/** The locks that async functions acquire: of others the callers know that there is a promise. */
function locksByFunction({ tsInstance, checker, flow }: TypedFile): ReadonlyMap<ts.Node, readonly Held[]> {
  const locks = new Map<ts.Node, Held[]>();
  for (const held of flow.held) {
    if (tsInstance.isSourceFile(held.fn)) continue;
    const { isAsync, isGenerator } = kindOf(tsInstance, held.fn);
    if (!isAsync || isGenerator || !isLock(tsInstance, checker, held)) continue;
    const others = locks.get(held.fn);
    if (others === undefined) locks.set(held.fn, [held]);
    else others.push(held);
  }
  return locks;
}

/** A call that gives a promise: something is being done. */
function workOf(
  { tsInstance, checker, flow }: TypedFile,
  expression: ts.Expression,
): ts.Expression | undefined {
  const node = skipOuterExpressions(tsInstance, expression);
  const isMade = tsInstance.isCallExpression(node) || tsInstance.isNewExpression(node);
  if (!isMade || flow.heldAt.has(node)) return undefined;
  if (flow.promises.startsEach(node)) return node;
  if (!flow.types.isPromise(checker.getTypeAtLocation(node))) return undefined;
  // It is settled already, or rests on what is given.
  const isGiven = plainName(tsInstance, node.expression).startsWith("Promise.");
  if (!isGiven) return node;
  const [first] = node.arguments ?? [];
  return first !== undefined && tsInstance.isCallExpression(first) ? node : undefined;
}
