import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Element, Settling } from "../flow/combinators";
import type { Held } from "../flow/held";
import { contains, functionOf } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { isWaiting } from "./helpers/is-waiting";
import { reportOutlives } from "./helpers/report-outlives";
import type { TypedFile, TypeRule } from "./rule";

/**
 * Several promises use a handle, and what is awaited goes on before all of them are settled: `await Promise.all(…)` when one is
 * rejected, `await Promise.race(…)` always.
 */
export const escapeUnsettled: TypeRule = {
  reports: ["escape-by-promise"],
  check(file) {
    const { flow } = file;
    if (flow.held.length === 0) return;
    const seen = new Set<ts.Node>();
    for (const { expression } of flow.nodes().awaits) {
      if (!flow.promises.mayBeOne(expression)) continue;
      const combination = flow.combinators.combinationOf(expression);
      if (combination === undefined || seen.has(combination.call)) continue;
      seen.add(combination.call);
      checkElements(
        file,
        combination.call,
        combination.settling,
        flow.combinators.elementsOf(combination),
        expression,
      );
    }
    for (const call of flow.nodes().calls) checkLists(file, call);
  },
};

function checkElements(
  file: TypedFile,
  call: ts.Expression,
  settling: Settling,
  elements: readonly Element[],
  awaited: ts.Expression,
): void {
  const { tsInstance, flow } = file;
  const fn = functionOf(tsInstance, awaited);
  if (tsInstance.isSourceFile(fn)) return;
  const users = elements.flatMap((element) => {
    const held = userOf(file, element, fn, settling);
    return held !== undefined && contains(held.scope, awaited) ? [{ element, held }] : [];
  });
  if (settling === "race" && isAwaitedToTheEnd(file, call)) return;
  const rejecting = elements.filter(({ expression }) => flow.combinators.mayReject(expression));
  // What leaves one of them behind.
  const found = users.find(({ element }) =>
    settling === "all" ? rejecting.some((each) => each !== element || each.isMany) : true,
  );
  if (found !== undefined)
    reportOutlives(file, found.held, call, true, settling === "all" ? "failed" : "raced");
}

/** The handle that a promise uses whose work goes on when nobody waits for it any more. */
function userOf(
  { tsInstance, flow }: TypedFile,
  { expression }: Element,
  fn: ts.Node,
  settling: Settling,
): Held | undefined {
  const node = skipOuterExpressions(tsInstance, expression);
  // A promise that the handle has is no work: `server.closed`.
  if (tsInstance.isPropertyAccessExpression(node)) return undefined;
  if (settling !== "all" && isWaiting(tsInstance, node)) return undefined;
  return flow.promises.of(node).find(({ held }) => held.fn === fn)?.held;
}

/** `while (running.size > 0) await Promise.race(running);` */
function isAwaitedToTheEnd({ tsInstance }: TypedFile, call: ts.Expression): boolean {
  if (!tsInstance.isCallExpression(call)) return false;
  const [first] = call.arguments;
  const list = first && skipOuterExpressions(tsInstance, first);
  if (list === undefined || !tsInstance.isIdentifier(list)) return false;
  for (let node: ts.Node = call.parent; !tsInstance.isSourceFile(node); node = node.parent)
    if (tsInstance.isWhileStatement(node) || tsInstance.isDoStatement(node))
      return asksHowMany(tsInstance, node.expression, list.text);
  return false;
}

/** `running.size > 0`, `list.length` */
function asksHowMany(tsInstance: typeof ts, condition: ts.Expression, name: string): boolean {
  if (tsInstance.isBinaryExpression(condition))
    return asksHowMany(tsInstance, condition.left, name) || asksHowMany(tsInstance, condition.right, name);
  return (
    tsInstance.isPropertyAccessExpression(condition) &&
    /^(?:size|length)$/.test(condition.name.text) &&
    condition.expression.getText() === name
  );
}

/** `Promise.allSettled([first, rows.map(…)])`: the list among the promises is none, and nobody awaits what is in it. */
function checkLists(file: TypedFile, call: ts.CallExpression): void {
  const { tsInstance, flow } = file;
  if (!/^Promise\.(?:all|allSettled|race|any)$/.test(call.expression.getText())) return;
  const [list] = call.arguments;
  if (list === undefined || !tsInstance.isArrayLiteralExpression(list)) return;
  const fn = functionOf(tsInstance, call);
  if (tsInstance.isSourceFile(fn)) return;
  for (const element of list.elements) {
    if (tsInstance.isSpreadElement(element) || !flow.promises.mayBeOne(element)) continue;
    if (!flow.promises.isList(element)) continue;
    for (const { held, at } of flow.promises.of(element))
      if (held.fn === fn && contains(held.scope, call))
        reportOutlives(file, held, at, kindOf(tsInstance, fn).isAsync);
  }
}
