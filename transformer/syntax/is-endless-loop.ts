import type ts from "typescript";

/** Whether no condition ends a loop: `while (true)`, `do … while (true)`, `for (;;)`. */
export function isEndlessLoop(tsInstance: typeof ts, node: ts.Node): node is ts.IterationStatement {
  const isFor = tsInstance.isForStatement(node);
  if (!isFor && !tsInstance.isWhileStatement(node) && !tsInstance.isDoStatement(node)) return false;
  const condition = isFor ? node.condition : node.expression;
  return condition === undefined || condition.kind === tsInstance.SyntaxKind.TrueKeyword;
}
