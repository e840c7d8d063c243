import type ts from "typescript";
import type { RecordedAcquisition } from "../1-analyze/plan-function";
import { outerExpression } from "../syntax/nodes";
import type { SyntaxRule } from "./rule";

/**
 * What an `if` or a `try` acquires last is released at once: `if (isShared) { raii(lock); } work();`. The work after the
 * statement is what it was to be held for.
 */
export const blockTooShort: SyntaxRule = {
  reports: ["block-too-short"],
  check(file) {
    for (const { isAnnotated, acquisitions } of file.model?.functions ?? [])
      if (isAnnotated || file.model!.fileIsAnnotated)
        for (const each of acquisitions) checkAcquisition(file, each);
  },
};

function checkAcquisition(
  { tsInstance, report }: Parameters<SyntaxRule["check"]>[0],
  { node, owner }: RecordedAcquisition,
): void {
  if (owner === "function" || !tsInstance.isBlock(owner) || !tsInstance.isCallExpression(node)) return;
  if (!isOnlyAcquired(tsInstance, node, owner.statements.at(-1))) return;
  const { parent } = owner;
  const isOfTry = tsInstance.isTryStatement(parent) && parent.tryBlock === owner;
  if (!isOfTry && !tsInstance.isIfStatement(parent)) return;
  if (goesOnAfter(tsInstance, parent))
    report({ key: "block-too-short", node, args: [isOfTry ? "try" : "if"] });
}

/** Whether a statement does nothing but acquire, and perhaps name the handle. */
function isOnlyAcquired(
  tsInstance: typeof ts,
  call: ts.CallExpression,
  statement: ts.Statement | undefined,
): boolean {
  let outer = outerExpression(tsInstance, call);
  if (tsInstance.isAwaitExpression(outer.parent)) outer = outerExpression(tsInstance, outer.parent);
  const { parent } = outer;
  if (tsInstance.isExpressionStatement(parent)) return parent === statement;
  // A pattern has read what it wanted.
  if (!tsInstance.isVariableDeclaration(parent) || !tsInstance.isIdentifier(parent.name)) return false;
  const { parent: list } = parent;
  return list.parent === statement && (list as ts.VariableDeclarationList).declarations.length === 1;
}

/** Whether a statement of the same function comes after an `if` or a `try`. */
function goesOnAfter(tsInstance: typeof ts, statement: ts.Statement): boolean {
  for (let node: ts.Node = statement; ; node = node.parent) {
    const { parent } = node;
    // A loop acquires again; where the block around ends, more may come after that.
    if (tsInstance.isBlock(parent) || tsInstance.isCaseOrDefaultClause(parent)) {
      if (parent.statements.at(-1) !== node) return true;
      continue;
    }
    const isPart =
      tsInstance.isIfStatement(parent) ||
      tsInstance.isTryStatement(parent) ||
      tsInstance.isCaseBlock(parent) ||
      tsInstance.isSwitchStatement(parent) ||
      tsInstance.isLabeledStatement(parent);
    if (!isPart) return false;
  }
}
