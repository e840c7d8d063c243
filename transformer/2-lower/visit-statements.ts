import type ts from "typescript";
import { directivePrologue } from "../syntax/find-directives";
import { commentsOfDirective } from "./keep-comments";
import { type LowerContext, withPending } from "./lower-context";

/** Visits the statements of a list, and puts around each what it has hoisted into this list. Directives are left out. */
export function visitStatements(
  lower: LowerContext,
  container: ts.Node,
  statements: ts.NodeArray<ts.Statement>,
): ts.NodeArray<ts.Statement> {
  const { factory, plan, tsInstance } = lower;
  const lowered: ts.Statement[] = [];
  const prologue = new Set<ts.Statement>(directivePrologue(tsInstance, statements));
  const comments: ts.Statement[] = [];
  for (const statement of statements) {
    if (plan.directives.has(statement)) {
      comments.push(...commentsOfDirective(lower, statement, statement === statements[0]));
      continue;
    }
    // Nothing may come before the directives that are left.
    if (!prologue.has(statement)) lowered.push(...comments.splice(0));
    const visited = plan.unchanged.has(statement) ? statement : (lower.visit(statement) as ts.Statement);
    lowered.push(...withPending(lower, container, visited));
  }
  lowered.push(...comments);
  return tsInstance.setTextRange(factory.createNodeArray(lowered), statements);
}
