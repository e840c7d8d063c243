import type ts from "typescript";

/** The outermost node that is the text a finding underlines. */
export function nodeAt(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  start: number,
  length: number,
): ts.Node | undefined {
  let node: ts.Node | undefined = sourceFile;
  while (node !== undefined) {
    if (node !== sourceFile && node.end === start + length && node.getStart(sourceFile) === start)
      return node;
    node = tsInstance.forEachChild(node, (child) =>
      child.pos <= start && start + length <= child.end ? child : undefined,
    );
  }
  return undefined;
}
