import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Held } from "../flow/held";
import { isLock } from "../flow/locks";
import { contains, functionOf, plainName } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { reportOutlives } from "./helpers/report-outlives";
import type { TypedFile, TypeRule } from "./rule";

/** `return work()` under a lock: the work need not mention the lock to need it, and nobody awaits it before it is released. */
export const escapeUnderLock: TypeRule = {
  reports: ["escape-by-promise"],
  check(file) {
    const { tsInstance, flow } = file;
    const locks = locksByFunction(file);
    if (locks.size === 0) return;
    for (const exit of flow.nodes().exits) {
      if (!tsInstance.isReturnStatement(exit) || exit.expression === undefined) continue;
      const { expression } = exit;
      const lock = locks.get(functionOf(tsInstance, exit))?.find(({ scope }) => contains(scope, exit));
      if (lock === undefined || flow.promises.of(expression).length > 0) continue; // escape-by-promise
      const work = workOf(file, expression);
      if (work !== undefined) reportOutlives(file, lock, work, true);
    }
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
  if (!tsInstance.isCallExpression(node) || !flow.types.isPromise(checker.getTypeAtLocation(node)))
    return undefined;
  return plainName(tsInstance, node.expression).startsWith("Promise.") ? undefined : node;
}
