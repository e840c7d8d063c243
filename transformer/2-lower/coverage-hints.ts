import type ts from "typescript";
import type { IgnoredPart, LowerContext } from "./lower-context";

// Not those that begin and end a part (`v8 ignore start`): the tools look for them in the source itself.
const hintPattern =
  /(?:\/\*+|\/\/)\s*(istanbul|[cv]8|node:coverage)\s+ignore\s+(next|if|else)(?=\W|$)(?:[^*\n]*\*\/)?/g;

/**
 * Copies the comments that keep a function out of coverage (`istanbul ignore next`, `v8 ignore next`, …) to its program,
 * if the program stands outside the part that they cover.
 *
 * @param program the statements or the member that are the program.
 * @param around what the program stands in.
 */
export function copyCoverageHints(
  lower: LowerContext,
  node: ts.Node,
  program: readonly ts.Node[],
  around: ts.Node,
): void {
  if (node.pos < 0) return;
  const { sourceFile, tsInstance } = lower;
  const contains = ({ pos, end }: ts.TextRange, inner: ts.Node): boolean =>
    inner.pos >= 0 && pos <= inner.getStart(sourceFile) && inner.end <= end;
  const parts = (lower.ignoredParts ??= findIgnoredParts(lower));
  const lost = parts.filter((part) => contains(part, node) && !contains(part, around));
  for (const tool of new Set(lost.map(({ tool }) => tool))) {
    const comment = tsInstance.SyntaxKind.MultiLineCommentTrivia;
    for (const each of program)
      tsInstance.addSyntheticLeadingComment(each, comment, ` ${tool} ignore next `, true);
  }
}

function findIgnoredParts(lower: LowerContext): IgnoredPart[] {
  const { sourceFile, tsInstance } = lower;
  const parts: IgnoredPart[] = [];
  for (const match of sourceFile.text.matchAll(hintPattern)) {
    const [text, tool = "", kind] = match;
    const hint = { pos: match.index, end: match.index + text.length };
    const found = findNode(lower, hint);
    const part = kind === "next" ? found : found && branchOf(found, kind);
    if (part !== undefined) parts.push({ tool, pos: part.pos, end: part.end });
  }
  return parts;

  function branchOf(node: ts.Node, kind: string | undefined): ts.Node | undefined {
    if (!tsInstance.isIfStatement(node)) return undefined;
    return kind === "if" ? node.thenStatement : node.elseStatement;
  }
}

/** What a comment stands before: the outermost node that begins behind it; `undefined` where it is quoted in a text. */
function findNode({ sourceFile, tsInstance }: LowerContext, hint: ts.TextRange): ts.Node | undefined {
  let node: ts.Node = sourceFile;
  for (;;) {
    const child: ts.Node | undefined = tsInstance.forEachChild(node, (each) =>
      each.pos >= 0 && each.pos <= hint.pos && hint.end <= each.end ? each : undefined,
    );
    if (child === undefined) {
      // Between the words of a declaration: `export /* … */ function`.
      const rest = tsInstance.isFunctionLike(node)
        ? node.parameters
        : tsInstance.isClassLike(node)
          ? node.members
          : undefined;
      return rest !== undefined && hint.end <= rest.pos ? node : undefined;
    }
    if (hint.end <= child.getStart(sourceFile)) {
      const comments = [
        ...(tsInstance.getTrailingCommentRanges(sourceFile.text, child.pos) ?? []),
        ...(tsInstance.getLeadingCommentRanges(sourceFile.text, child.pos) ?? []),
      ];
      return comments.some(({ pos }) => pos === hint.pos) ? child : undefined; // else it is quoted in one
    }
    node = child;
  }
}
