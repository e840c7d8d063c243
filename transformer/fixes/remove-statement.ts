import type ts from "typescript";
import type { TextEdit } from "../diagnostics/finding";

/**
 * Removes a statement: its line with it if it stands alone there, else the space that sets it apart. The comments before it stay.
 * So what `placeAtTop` has written goes without a trace.
 */
export function removeStatement(sourceFile: ts.SourceFile, node: ts.Node): TextEdit {
  const { text } = sourceFile;
  const start = node.getStart(sourceFile);
  const [before] = /(?:\r?\n)?[ \t]*$/.exec(text.slice(0, start))!;
  const [after] = /^[ \t]*/.exec(text.slice(node.end))!;
  const isFirst = /[\r\n]/.test(before);
  const isLast = /^[ \t]*(?:[\r\n]|$)/.test(text.slice(node.end));
  // What follows on the line takes its place.
  if (isFirst && !isLast) return { start, length: node.end + after.length - start, text: "" };
  return { start: start - before.length, length: node.end - start + before.length, text: "" };
}
