import type ts from "typescript";
import { contains } from "../syntax/nodes";

/** Whether a way may lead from `write` to `use`, later in the text: no list of statements between them ends by leaving. */
export function mayReach(tsInstance: typeof ts, write: ts.Node, use: ts.Node): boolean {
  let child = write;
  for (; !contains(child.parent, use); child = child.parent) {
    const { parent } = child;
    const isList = tsInstance.isBlock(parent) || tsInstance.isCaseOrDefaultClause(parent);
    const last = isList ? parent.statements.at(-1) : undefined;
    if (last !== undefined && leaves(tsInstance, last)) return false;
  }
  const { parent } = child;
  // The branches of one condition exclude each other.
  if (tsInstance.isIfStatement(parent)) return parent.thenStatement !== child;
  return !tsInstance.isConditionalExpression(parent) || parent.whenTrue !== child;
}

function leaves(tsInstance: typeof ts, statement: ts.Statement): boolean {
  return (
    tsInstance.isReturnStatement(statement) ||
    tsInstance.isThrowStatement(statement) ||
    tsInstance.isBreakOrContinueStatement(statement)
  );
}
