import type ts from "typescript";

/** How a function is compiled that acquires (spec, The lowerings). */
export const lowerings = ["program", "inline"] as const;
export type Lowering = (typeof lowerings)[number];

/** What the directive or the tag of a function, or of a file, says. */
export interface Annotation {
  /** The lowering that it asks for; `undefined` where it leaves that open. */
  readonly lowering: Lowering | undefined;
}

const directives: ReadonlyMap<string, Annotation> = new Map<string, Annotation>([
  ["use raii", { lowering: undefined }],
  ...lowerings.map((lowering) => [`use raii ${lowering}`, { lowering }] as const),
]);

/** A string literal that stands as a statement. */
interface Literal {
  readonly expression: ts.StringLiteral;
}

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

/** What a directive of ours says; `undefined` for others. */
export function annotationBy({ expression }: Literal): Annotation | undefined {
  return directives.get(expression.text);
}

/** The directive of ours that a misspelt one stands for; `undefined` for a correct one, and for directives of others. */
export function meantDirective({ expression }: Literal): string | undefined {
  const text = expression.text.toLowerCase();
  if (directives.has(expression.text)) return undefined;
  const meant = nearest(text, [...directives.keys()]);
  return meant ?? (text.startsWith("use raii ") ? "use raii" : undefined);
}

/**
 * Whether a function has a directive of a framework: `"use server"`, `"use cache"`, `"use step"`. Frameworks take such
 * functions out of their place, and nothing that stands beside them.
 */
export function hasForeignDirective(
  tsInstance: typeof ts,
  { body }: { readonly body?: ts.ConciseBody | undefined },
): boolean {
  if (body === undefined || !tsInstance.isBlock(body)) return false;
  return [...directivePrologue(tsInstance, body.statements)].some(
    ({ expression: { text } }) =>
      text !== "use strict" && /^use \w+(?::.*)?$/.test(text) && !directives.has(text),
  );
}

/** Whether a statement is our directive but for where it stands or how it is quoted. */
export function isStrayDirective(tsInstance: typeof ts, { expression }: ts.ExpressionStatement): boolean {
  return tsInstance.isStringLiteralLike(expression) && directives.has(expression.text);
}

/** What is said behind the tag `@raii`. */
export interface RaiiTag extends Annotation {
  /** For a single word that is nearly the name of a lowering: the tag as it is written, and as it is meant. */
  readonly misspelt: readonly [tag: string, meant: string] | undefined;
}

/** Reads the tag `@raii` of a node. Text after the tag is a description, unless it is only the name of a lowering. */
export function raiiTagOf(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  node: ts.Node,
): RaiiTag | undefined {
  const said = textOfTag(tsInstance, sourceFile, node, "raii");
  if (said === undefined) return undefined;
  const lowering = lowerings.find((each) => each === said);
  const isWord = /^\w+$/.test(said);
  const meant = lowering === undefined && isWord ? nearest(said.toLowerCase(), lowerings) : undefined;
  return { lowering, misspelt: meant === undefined ? undefined : [`@raii ${said}`, `@raii ${meant}`] };
}

/**
 * The rest of a tag's line, in a JSDoc comment right before `node`; `undefined` without the tag. It is read from the text,
 * for tsc does not parse JSDoc.
 */
export function textOfTag(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  node: ts.Node,
  tag: string,
): string | undefined {
  if (node.pos < 0) return undefined; // made by another transformer
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
  const pattern = new RegExp(`^(?:/\\*\\*|\\s*\\*?)\\s*@${tag}(?![\\w-])(.*?)(?:\\*/)?$`, "m");
  for (const { pos, end } of comments) {
    const comment = text.slice(pos, end);
    const found = comment.startsWith("/**") ? pattern.exec(comment) : null;
    if (found !== null) return found[1]!.trim();
  }
  return undefined;
}

/** The word that `text` is a misspelling of. */
function nearest<T extends string>(text: string, words: readonly T[]): T | undefined {
  const distances = words.map((word) => ({ word, distance: editDistance(text, word) }));
  return distances.filter(({ distance }) => distance <= 2).sort((a, b) => a.distance - b.distance)[0]?.word;
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
