import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import { valuesWrittenTo } from "../flow/container-writes";
import { within } from "../flow/file-nodes";
import type { Held } from "../flow/held";
import { suspendsAfter } from "../flow/later";
import { lifetimeOf } from "../flow/lifetimes";
import { isChaining, mentionsEnd } from "../syntax/member-names";
import { contains, functionOf } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { reportOutlives } from "./helpers/report-outlives";
import type { TypedFile, TypeRule } from "./rule";

/** A promise whose work uses a handle is returned, or left to itself, and nobody awaits it before the handle is released. */
export const escapeByPromise: TypeRule = {
  reports: ["escape-by-promise"],
  check(file) {
    const { tsInstance, flow } = file;
    if (flow.held.length === 0) return;
    for (const fn of flow.acquiring)
      if (tsInstance.isArrowFunction(fn) && !tsInstance.isBlock(fn.body))
        checkExpression(file, fn.body, fn, "returned");
    for (const exit of flow.nodes().exits)
      if (tsInstance.isReturnStatement(exit) && exit.expression !== undefined)
        checkExpression(file, exit.expression, functionOf(tsInstance, exit), "returned");
    for (const assignment of flow.nodes().assignments)
      checkKept(file, assignment, assignment.left, assignment.right);
    for (const call of flow.nodes().calls) {
      const { expression: callee } = call;
      if (!tsInstance.isPropertyAccessExpression(callee)) continue;
      for (const value of valuesWrittenTo(tsInstance, callee.expression))
        checkKept(file, call, callee.expression, value);
    }
    for (const statement of flow.nodes().statements) {
      let { expression } = statement;
      if (tsInstance.isVoidExpression(expression)) {
        ({ expression } = expression);
        if (!hasLateCallback(file, expression)) continue;
      }
      checkExpression(file, expression, functionOf(tsInstance, statement), "left");
    }
  },
};

/** `this.pending = handle.read()`, `all.push(handle.read())`, where what it is kept in outlives the handle. */
function checkKept(file: TypedFile, node: ts.Node, target: ts.Expression, value: ts.Expression): void {
  const { tsInstance, flow } = file;
  const fn = functionOf(tsInstance, node);
  for (const { held, at } of flow.promises.of(value)) {
    if (held.fn !== fn || tsInstance.isSourceFile(fn) || !contains(held.scope, node)) continue;
    const lifetime = lifetimeOf(tsInstance, flow.variables, held, target);
    if (lifetime === "inside" || lifetime === "unknown") continue;
    if (suspendsAfter(tsInstance, held.scope, node)) continue;
    reportOutlives(file, held, at, kindOf(tsInstance, fn).isAsync);
  }
}

function checkExpression(
  file: TypedFile,
  expression: ts.Expression,
  fn: Held["fn"],
  how: "returned" | "left",
): void {
  const { tsInstance, flow } = file;
  for (const { held, at } of flow.promises.of(expression)) {
    if (tsInstance.isSourceFile(fn) || held.fn !== fn || !contains(held.scope, expression)) continue;
    const { isAsync, isGenerator } = kindOf(tsInstance, fn);
    if (how === "returned" && isAsync && isGenerator) continue; // an async generator awaits what it returns
    if (how === "left" && isEndAwaited(file, held, expression)) continue;
    reportOutlives(file, held, at, isAsync);
  }
}

/** Whether the scope awaits, later, what ends the work of a handle: `writer.write(chunk); await writer.close();` */
function isEndAwaited({ tsInstance, flow }: TypedFile, held: Held, expression: ts.Expression): boolean {
  return within(flow.nodes().awaits, held.scope).some((each) => {
    if (each.pos < expression.end) return false;
    let node = skipOuterExpressions(tsInstance, each.expression);
    if (tsInstance.isCallExpression(node)) node = skipOuterExpressions(tsInstance, node.expression);
    return (
      tsInstance.isPropertyAccessExpression(node) &&
      mentionsEnd(node.name.text) &&
      flow.origins.of(node.expression).some((origin) => origin.held === held)
    );
  });
}

/**
 * Whether `.then(…)` is given a function that uses a handle. By `void` one says that nobody waits, not that the
 * handle is gone then.
 */
function hasLateCallback(file: TypedFile, expression: ts.Expression): boolean {
  const { tsInstance, flow } = file;
  const call = skipOuterExpressions(tsInstance, expression);
  if (!tsInstance.isCallExpression(call) || !tsInstance.isPropertyAccessExpression(call.expression))
    return false;
  const { expression: promise, name } = call.expression;
  if (!isChaining(name.text)) return false;
  return (
    call.arguments.some((each) => flow.origins.of(each).some(({ via }) => via === "closure")) ||
    hasLateCallback(file, promise)
  );
}
