import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/**
 * Puts the comments around a directive, which is not emitted, before the statement that follows it.
 * @param isFirst whether it begins its list: what stands on the line before it belongs to no other statement.
 */
export function inheritComments(
  lower: LowerContext,
  heir: ts.Statement,
  directive: ts.Statement,
  isFirst: boolean,
): void {
  if (directive.pos < 0) return;
  const { sourceFile, tsInstance } = lower;
  const { text } = sourceFile;
  const before = isFirst
    ? commentsBefore(lower, directive)
    : (tsInstance.getLeadingCommentRanges(text, directive.pos) ?? []);
  const after = tsInstance.getTrailingCommentRanges(text, directive.end) ?? [];
  for (const comment of [...before, ...after]) addComment(lower, heir, comment, true);
}

// given:    raii(
//             // one process at a time
//             open("lock"),
//           )
// produces: yield (
//           // one process at a time
//           open("lock"))
//
// No line break may stand between `yield` and its operand (ECMA-262, 15.5 and 12.10): the yield would end there, and give
// `undefined` to the driver. The printer breaks a line for a comment only.
//
// @param operand what is yielded, as it was written.
// @param visited the same, lowered.
export function keepOnLine(
  lower: LowerContext,
  operand: ts.Expression,
  visited: ts.Expression,
): ts.Expression {
  const { factory, sourceFile, tsInstance } = lower;
  // Another transformer has made it: nobody knows its comments.
  if (operand.pos < 0) return factory.createParenthesizedExpression(visited);
  const comments = commentsBefore(lower, operand);
  if (comments.length === 0) return visited;

  const before = sourceFile.text.slice(operand.pos, operand.getStart(sourceFile));
  const breaksLine = /[\n\r\u2028\u2029]/.test(before);
  // All of them by hand: the printer leaves out what stands on the line of the token before.
  for (const comment of comments) addComment(lower, visited, comment, breaksLine);
  tsInstance.setEmitFlags(visited, tsInstance.EmitFlags.NoLeadingComments);
  return breaksLine ? factory.createParenthesizedExpression(visited) : visited;
}

/** The comments between a node and the token before it, in their order. */
function commentsBefore(
  { sourceFile: { text }, tsInstance }: LowerContext,
  { pos }: ts.Node,
): ts.CommentRange[] {
  const comments = [
    ...(tsInstance.getTrailingCommentRanges(text, pos) ?? []),
    ...(tsInstance.getLeadingCommentRanges(text, pos) ?? []),
  ];
  // At the beginning of a file they are both.
  return [...new Map(comments.map((comment) => [comment.pos, comment])).values()];
}

function addComment(
  { sourceFile, tsInstance }: LowerContext,
  node: ts.Node,
  { pos, end, kind }: ts.CommentRange,
  hasTrailingNewLine: boolean,
): void {
  const isBlock = kind === tsInstance.SyntaxKind.MultiLineCommentTrivia;
  const content = sourceFile.text.slice(pos + 2, isBlock ? end - 2 : end);
  tsInstance.addSyntheticLeadingComment(node, kind, content, hasTrailingNewLine);
}
