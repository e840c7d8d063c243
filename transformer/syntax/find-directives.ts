import type ts from "typescript";

const directive = "use raii";

/** What a statement is, seen as a directive of ours. */
export type DirectiveKind = "none" | "raii" | "misspelt";

/** The leading string literals of a body: its directive prologue. */
export function* directivePrologue(
  tsInstance: typeof ts,
  statements: readonly ts.Statement[],
): Generator<ts.ExpressionStatement & { readonly expression: ts.StringLiteral }> {
  for (const statement of statements) {
    if (!tsInstance.isExpressionStatement(statement) || !tsInstance.isStringLiteral(statement.expression))
      return;
    yield statement as ts.ExpressionStatement & { readonly expression: ts.StringLiteral };
  }
}

/** Tells a directive of a prologue from ours, and from ours misspelt. */
export function directiveKind({ expression }: { readonly expression: ts.StringLiteral }): DirectiveKind {
  if (expression.text === directive) return "raii";
  return editDistance(expression.text.toLowerCase(), directive) <= 2 ? "misspelt" : "none";
}

/** Whether a statement is our directive but for where it stands or how it is quoted. */
export function isStrayDirective(tsInstance: typeof ts, { expression }: ts.ExpressionStatement): boolean {
  return tsInstance.isStringLiteralLike(expression) && expression.text === directive;
}

/** Whether a JSDoc comment right before `node` has the tag `@raii`, or another. Read from the text: tsc does not parse JSDoc. */
export function hasRaiiTag(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  node: ts.Node,
  tag = "raii",
): boolean {
  if (node.pos < 0) return false; // made by another transformer
  const { text } = sourceFile;
  const start = node.getStart(sourceFile);
  // A comment on the line of the token before it counts as trailing that. It is ours if the node is on that line, too,
  // or if no statement or member can end there.
  const trailing = tsInstance.getTrailingCommentRanges(text, node.pos) ?? [];
  const isWithin =
    tsInstance.isArrowFunction(node) ||
    tsInstance.isFunctionExpression(node) ||
    tsInstance.isParenthesizedExpression(node) ||
    tsInstance.isVariableDeclaration(node);
  const comments = [
    ...trailing.filter(({ end }) => isWithin || !/[\n\r\u2028\u2029]/.test(text.slice(end, start))),
    ...(tsInstance.getLeadingCommentRanges(text, node.pos) ?? []),
  ];
  return comments.some(({ pos, end }) => {
    const comment = text.slice(pos, end);
    return (
      comment.startsWith("/**") && new RegExp(`^(?:/\\*\\*|\\s*\\*?)\\s*@${tag}(?![\\w-])`, "m").test(comment)
    );
  });
}

/** Levenshtein's distance, for two short strings. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3; // all that is asked is whether it is more than 2
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
