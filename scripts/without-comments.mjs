import ts from "typescript";

/** A source without its comments. Each line stays at its place, so a source map for the source is one for this. */
export function withoutComments(source) {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest);
  const comments = new Map();
  const collect = (node) => {
    if (ts.isTokenKind(node.kind) || node.getChildCount(file) === 0) {
      const ranges = [
        ...(ts.getLeadingCommentRanges(source, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(source, node.end) ?? []),
      ];
      for (const range of ranges) comments.set(range.pos, range.end);
    }
    for (const child of node.getChildren(file)) if (!ts.isJSDoc(child)) collect(child);
  };
  collect(file);
  let text = "";
  let end = 0;
  for (const [from, to] of [...comments].sort(([one], [other]) => one - other)) {
    text += source.slice(end, from) + blank(source.slice(from, to));
    end = to;
  }
  return (text + source.slice(end)).replace(/[ \t]+$/gm, "");
}

const blank = (comment) => comment.replace(/[^\n]/g, " ");
