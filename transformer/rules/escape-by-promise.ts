import type ts from "typescript";
import { kindOf } from "../1-analyze/analyze-function";
import type { Fix } from "../diagnostics";
import { suspendsAfter } from "./flow/later";
import type { Held } from "./flow/held";
import { contains, functionOf, shortText } from "./flow/nodes";
import { isReleasedByOwner } from "./flow/moved";
import { relatedTo } from "./related";
import type { Rule, TypedFile } from "./rule";

/** A promise whose work uses a handle is returned, or left to itself, and nobody awaits it before the handle is released. */
export const escapeByPromise: Rule = {
  needsTypes: true,
  check(file) {
    const { tsInstance, flow } = file;
    if (flow.held.length === 0) return;
    for (const fn of new Set(flow.held.map((held) => held.fn)))
      if (tsInstance.isArrowFunction(fn) && !tsInstance.isBlock(fn.body)) checkExpression(file, fn.body, fn);
    for (const exit of flow.nodes().exits)
      if (tsInstance.isReturnStatement(exit) && exit.expression !== undefined)
        checkExpression(file, exit.expression, functionOf(tsInstance, exit));
    for (const statement of flow.nodes().statements)
      checkExpression(file, statement.expression, functionOf(tsInstance, statement), true);
  },
};

function checkExpression(file: TypedFile, expression: ts.Expression, fn: Held["fn"], isLeft = false): void {
  const { tsInstance, flow, sourceFile } = file;
  for (const { held, at } of flow.promises.of(expression)) {
    if (tsInstance.isSourceFile(fn) || held.fn !== fn || !contains(held.scope, expression)) continue;
    const { isAsync, isGenerator } = kindOf(tsInstance, fn);
    if (!isLeft && isAsync && isGenerator) continue; // an async generator awaits what it returns
    // The release may wait for it, and something awaited later may mean that it is done.
    if (isLeft && (held.isAsync || suspendsAfter(tsInstance, held.scope, expression))) continue;
    if (isReleasedByOwner(tsInstance, flow.variables, held)) continue;
    file.say({
      key: "escape-by-promise",
      node: at,
      args: [`"${shortText(sourceFile, at)}"`, held.name, isAsync ? "" : ", and make the function async"],
      related: relatedTo(file, held),
      ...(isAsync && { fix: insertAwait(file, at) }),
    });
  }
}

/** Writes `await` before an expression. */
export function insertAwait({ sourceFile }: Pick<TypedFile, "sourceFile">, at: ts.Node): Fix {
  const start = at.getStart(sourceFile);
  return { id: "insert-await", title: "Insert await", edits: [{ start, length: 0, text: "await " }] };
}
