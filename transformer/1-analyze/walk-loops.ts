import type ts from "typescript";
import { addLexicalNames, namesOfBindings } from "../syntax/declared-names";
import { constantsOfLoop } from "./constant-names";
import { createFrame } from "./frame";
import type { Place, Walk } from "./walk";

/** Walks a `for` statement of any kind: a raii in its head belongs to the whole loop, or would be run again and again. */
export function walkFor(walker: Walk, node: ts.ForStatement | ts.ForInOrOfStatement, place: Place): void {
  const { tsInstance, walk, walkDeclarations } = walker;
  const { initializer } = node;
  const list = initializer && tsInstance.isVariableDeclarationList(initializer) ? initializer : undefined;
  const frame = createFrame({
    parent: place.frame,
    kind: { kind: "repeated" },
    names: () => namesOfBindings(tsInstance, list?.declarations ?? []),
    constants: () => constantsOfLoop(tsInstance, list, node),
  });
  const head: Place = { ...place, frame, owner: node };
  const everyIteration: Place = { ...head, obstacle: place.obstacle ?? "raii-in-loop-condition" };
  if (tsInstance.isForStatement(node)) {
    if (list !== undefined) walkDeclarations(list, head, node);
    else if (initializer !== undefined) walk(initializer, head);
    if (node.condition !== undefined) walk(node.condition, everyIteration);
    if (node.incrementor !== undefined) walk(node.incrementor, everyIteration);
  } else {
    if (list !== undefined) walkDeclarations(list, everyIteration, list);
    else if (initializer !== undefined) walk(initializer, everyIteration);
    walk(node.expression, head);
  }
  walkLoopBody(walker, node.statement, { ...place, frame });
}

/** An unbraced loop body counts as a block (spec, Lifetime): it owns acquisitions, and a generator can stand in it. */
export function walkLoopBody({ tsInstance, walk }: Walk, statement: ts.Statement, place: Place): void {
  if (tsInstance.isBlock(statement)) return walk(statement, place);
  walk(statement, {
    ...place,
    frame: createFrame({ parent: place.frame, kind: { kind: "container", container: statement } }),
    owner: statement,
  });
}

/** Walks a `switch`: all of its clauses are one block. */
export function walkSwitch(
  { tsInstance, walk, walkAll }: Walk,
  { expression, caseBlock }: ts.SwitchStatement,
  place: Place,
): void {
  walk(expression, place);
  const block = createFrame({
    parent: place.frame,
    kind: { kind: "once" },
    names: () => {
      const found = new Set<string>();
      for (const { statements } of caseBlock.clauses) addLexicalNames(tsInstance, statements, found);
      return found;
    },
  });
  const inside: Place = { ...place, frame: block, owner: caseBlock };
  for (const clause of caseBlock.clauses) {
    if (tsInstance.isCaseClause(clause)) walk(clause.expression, inside);
    const frame = createFrame({
      parent: place.frame,
      kind: { kind: "container", container: clause },
      names: block.names, // collected once for all clauses
    });
    walkAll(clause.statements, { ...inside, frame });
  }
}
