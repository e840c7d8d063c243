import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { LowerContext } from "./lower-context";

// given:    /* licence */ "use raii"; // for the lock
// produces: /* licence */
//           // for the lock
//
// A directive is not emitted. Its comments are: TypeScript would drop those of a statement that it erases, and those of
// the next statement would come before them.
//
// @param isFirst whether it begins its list: what stands on the line before it belongs to no other statement.
// @returns a statement that is nothing but these comments, where there are any.
export function commentsOfDirective(
  lower: LowerContext,
  directive: ts.Statement,
  isFirst: boolean,
): readonly ts.Statement[] {
  if (directive.pos < 0) return [];
  const { factory, sourceFile, tsInstance } = lower;
  const { text } = sourceFile;
  const before = isFirst
    ? withoutDetached(lower, directive, commentsBefore(lower, directive))
    : (tsInstance.getLeadingCommentRanges(text, directive.pos) ?? []);
  const comments = [...before, ...(tsInstance.getTrailingCommentRanges(text, directive.end) ?? [])];
  if (comments.length === 0) return [];
  const statement = factory.createNotEmittedStatement(directive);
  tsInstance.setEmitFlags(statement, tsInstance.EmitFlags.NoComments);
  for (const comment of comments) addComment(lower, statement, comment, true);
  return [statement];
}

/** Leaves out what the printer prints with the list: the comments that begin it and that a blank line follows. */
function withoutDetached(
  { sourceFile, tsInstance }: LowerContext,
  statement: ts.Statement,
  comments: readonly ts.CommentRange[],
): readonly ts.CommentRange[] {
  const lineOf = (position: number): number => sourceFile.getLineAndCharacterOfPosition(position).line;
  const leading = new Set(
    (tsInstance.getLeadingCommentRanges(sourceFile.text, statement.pos) ?? []).map(({ pos }) => pos),
  );
  let last: ts.CommentRange | undefined;
  for (const comment of comments) {
    if (!leading.has(comment.pos)) continue;
    if (last !== undefined && lineOf(comment.pos) > lineOf(last.end) + 1) break;
    last = comment;
  }
  if (last === undefined || lineOf(statement.getStart(sourceFile)) <= lineOf(last.end) + 1) return comments;
  return comments.filter(({ pos }) => !leading.has(pos) || pos > last.pos);
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
  const before = commentsBefore(lower, operand);
  const breaksLine =
    hasLineBreak(sourceFile.text.slice(operand.pos, operand.getStart(sourceFile))) ||
    breaksLineWhereErased(lower, operand);
  // Parentheses around an assertion are erased with it: ours are put around what is left.
  const kept = breaksLine ? withoutAssertions(tsInstance, visited) : visited;
  const within = kept.pos > operand.pos ? commentsBefore(lower, kept) : [];
  // All of them by hand: the printer leaves out what stands on the line of the token before.
  const comments = [...before, ...within];
  for (const comment of comments) addComment(lower, kept, comment, breaksLine);
  if (comments.length > 0) tsInstance.setEmitFlags(kept, tsInstance.EmitFlags.NoLeadingComments);
  return breaksLine ? factory.createParenthesizedExpression(kept) : kept;
}

// given:    const /* 1 */ file = /* 2 */ raii(/* 3 */ open(path)) /* 4 */;
// produces: let handle_1 = /* 1 */ /* 2 */ /* 3 */ open(path) /* 4 */
//
// Of these only the operand is left in its place.
//
// @param statement what acquires, and has the comments around itself.
// @param gone the nodes around the operand that are not printed there, the outer ones first.
export function gatherComments(
  lower: LowerContext,
  statement: ts.Statement,
  gone: readonly ts.Node[],
  operand: ts.Expression,
  visited: ts.Expression,
): ts.Expression {
  if (operand.pos < 0) return visited;
  const { sourceFile, tsInstance } = lower;
  const before = new Map<number, ts.CommentRange>();
  const after = new Map<number, ts.CommentRange>();
  for (const node of [...gone, operand]) {
    if (node.pos < 0) continue;
    if (node.pos !== statement.pos)
      for (const comment of commentsBefore(lower, node)) before.set(comment.pos, comment);
    if (node.end !== statement.end && node !== operand)
      for (const comment of tsInstance.getTrailingCommentRanges(sourceFile.text, node.end) ?? [])
        after.set(comment.pos, comment);
  }
  const isLine = ({ kind }: ts.CommentRange): boolean =>
    kind === tsInstance.SyntaxKind.SingleLineCommentTrivia;
  for (const comment of before.values()) addComment(lower, visited, comment, isLine(comment));
  for (const comment of after.values())
    if (!before.has(comment.pos)) addComment(lower, visited, comment, isLine(comment), "trailing");
  tsInstance.setEmitFlags(visited, tsInstance.EmitFlags.NoLeadingComments);
  return visited;
}

// given:    /** @raii */ () => <any>/* of
//             two lines */ raii(open(path))
// produces: return (/* of
//             two lines */ scope_1.acquire(open(path)))
//
// TypeScript erases the assertion, with parentheses around it, and leaves the comment, which ends the `return` or
// `yield` before it. It puts parentheses around a comment that ends its line, but not around one that holds a line break.
//
// @param operand what comes behind the keyword, as it was written.
// @param visited the same, lowered.
export function keepErasedOnLine(
  lower: LowerContext,
  operand: ts.Expression,
  visited: ts.Expression,
): ts.Expression {
  if (!breaksLineWhereErased(lower, operand)) return visited;
  return lower.factory.createParenthesizedExpression(withoutAssertions(lower.tsInstance, visited));
}

/** Whether a line break stands behind the start of an assertion, or of parentheses around one, that an operand begins with. */
function breaksLineWhereErased({ sourceFile, tsInstance }: LowerContext, operand: ts.Expression): boolean {
  for (let left: ts.Node | undefined = operand; left !== undefined; left = leftOf(tsInstance, left)) {
    if (left.pos < 0) continue;
    let end: number; // of what is erased
    if (tsInstance.isTypeAssertionExpression(left)) end = left.type.end;
    else if (!tsInstance.isParenthesizedExpression(left)) continue;
    else if (withoutAssertions(tsInstance, left) !== left) end = left.getStart(sourceFile) + 1;
    else return false; // parentheses that stay hold what they begin with
    if (hasLineBreak(sourceFile.text.slice(end, left.expression.getStart(sourceFile)))) return true;
  }
  return false;
}

/** What is left of an expression when TypeScript has erased the assertions around it. */
function withoutAssertions(tsInstance: typeof ts, expression: ts.Expression): ts.Expression {
  let inner = expression;
  while (tsInstance.isParenthesizedExpression(inner)) inner = inner.expression;
  const isErased =
    tsInstance.isAssertionExpression(inner) ||
    tsInstance.isSatisfiesExpression(inner) ||
    tsInstance.isNonNullExpression(inner);
  return isErased ? skipOuterExpressions(tsInstance, inner) : expression;
}

/** The part that an expression begins with. */
function leftOf(tsInstance: typeof ts, node: ts.Node): ts.Node | undefined {
  if (tsInstance.isBinaryExpression(node)) return node.left;
  if (tsInstance.isConditionalExpression(node)) return node.condition;
  if (tsInstance.isTaggedTemplateExpression(node)) return node.tag;
  if (tsInstance.isPostfixUnaryExpression(node)) return node.operand;
  const beginsWithExpression =
    tsInstance.isCallExpression(node) ||
    tsInstance.isPropertyAccessExpression(node) ||
    tsInstance.isElementAccessExpression(node) ||
    tsInstance.isParenthesizedExpression(node) ||
    tsInstance.isAssertionExpression(node) ||
    tsInstance.isSatisfiesExpression(node) ||
    tsInstance.isNonNullExpression(node);
  return beginsWithExpression ? node.expression : undefined;
}

function hasLineBreak(text: string): boolean {
  return /[\n\r\u2028\u2029]/.test(text);
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
  place: "leading" | "trailing" = "leading",
): void {
  const isBlock = kind === tsInstance.SyntaxKind.MultiLineCommentTrivia;
  const content = sourceFile.text.slice(pos + 2, isBlock ? end - 2 : end);
  const add =
    place === "leading" ? tsInstance.addSyntheticLeadingComment : tsInstance.addSyntheticTrailingComment;
  add(node, kind, content, hasTrailingNewLine);
}
