import type ts from "typescript";
import type { FunctionNode } from "../1-analyze/plan";
import { kindOf } from "../1-analyze/analyze-function";
import type { Fix } from "../diagnostics";
import { suspendsAfter } from "./flow/later";
import { contains, functionOf, shortText, walkCode } from "./flow/nodes";
import { isReleasedByOwner } from "./flow/moved";
import { relatedTo } from "./related";
import type { Rule, TypedFile } from "./rule";

/** A promise whose work uses a handle is returned, or left to itself, and nobody awaits it before the handle is released. */
export const escapeByPromise: Rule = {
  needsTypes: true,
  check(file) {
    const { tsInstance, flow } = file;
    for (const fn of new Set(flow.held.map((held) => held.fn))) {
      if (tsInstance.isSourceFile(fn)) continue;
      const { isAsync, isGenerator } = kindOf(tsInstance, fn);
      const body = fn.body!;
      if (!tsInstance.isBlock(body)) checkExpression(file, fn, body);
      walkCode(tsInstance, body, (node) => {
        if (!tsInstance.isReturnStatement(node) && !tsInstance.isExpressionStatement(node)) return;
        if (functionOf(tsInstance, node) !== fn) return;
        // An async generator awaits what it returns.
        const isReturn = tsInstance.isReturnStatement(node) && !(isAsync && isGenerator);
        if (isReturn && node.expression !== undefined) checkExpression(file, fn, node.expression);
        else if (!tsInstance.isReturnStatement(node)) checkExpression(file, fn, node.expression, true);
      });
    }
  },
};

function checkExpression(file: TypedFile, fn: FunctionNode, expression: ts.Expression, isLeft = false): void {
  const { tsInstance, flow, sourceFile } = file;
  for (const { held, at } of flow.promises.of(expression)) {
    if (held.fn !== fn || !contains(held.scope, expression)) continue;
    // The release may wait for it, and something awaited later may mean that it is done.
    if (isLeft && (held.isAsync || suspendsAfter(tsInstance, held.scope, expression))) continue;
    if (isReleasedByOwner(tsInstance, flow, held)) continue;
    const { isAsync } = kindOf(tsInstance, fn);
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
