import type ts from "typescript";
import { directivePrologue } from "../syntax/find-directives";
import { commentsOfDirective } from "./keep-comments";
import { type LowerContext, withPending } from "./lower-context";
import { startUnrolling, unrollAcquisition } from "./unroll-scope";
import type { UnrolledAcquisition, UnrolledScope } from "./unrolled-acquisition";

/** Visits the statements of a list, and puts around each what it has hoisted into this list. Directives are left out. */
export function visitStatements(
  lower: LowerContext,
  container: ts.Node,
  statements: ts.NodeArray<ts.Statement>,
  unrolled?: UnrolledScope,
): ts.NodeArray<ts.Statement> {
  const { factory, plan, tsInstance } = lower;
  const prologue = new Set<ts.Statement>(directivePrologue(tsInstance, statements));
  const comments: ts.Statement[] = [];
  const unrolling = unrolled && startUnrolling(lower, unrolled);
  const outer: { readonly list: ts.Statement[]; readonly enclose: Enclose }[] = [];
  let lowered: ts.Statement[] = [];
  for (const statement of statements) {
    if (plan.directives.has(statement)) {
      comments.push(...commentsOfDirective(lower, statement, statement === statements[0]));
      continue;
    }
    // Nothing may come before the directives that are left.
    if (!prologue.has(statement)) lowered.push(...comments.splice(0));
    if (unrolling?.acquiring.has(statement)) {
      const acquisition = unrollAcquisition(lower, statement, unrolling, outer.length === 0);
      lowered.push(...withPending(lower, container, ...acquisition.statements));
      outer.push({ list: lowered, enclose: acquisition.enclose });
      lowered = [];
      continue;
    }
    const visited = plan.unchanged.has(statement) ? statement : (lower.visit(statement) as ts.Statement);
    lowered.push(...withPending(lower, container, visited));
  }
  lowered.push(...comments);
  let list = tsInstance.setTextRange(factory.createNodeArray(lowered), statements);
  for (const { list: around, enclose } of outer.reverse()) {
    list = factory.createNodeArray([...around, enclose(list)]);
  }
  return outer.length === 0 ? list : tsInstance.setTextRange(list, statements);
}

type Enclose = UnrolledAcquisition["enclose"];
