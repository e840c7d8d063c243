import type ts from "typescript";
import type { Fix, TextEdit } from "../diagnostics/finding";

interface File {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
}

/** Writes `await` before an expression, where `void` stands before it in its place. */
export function insertAwait(file: File, at: ts.Node): Fix {
  return { id: "insert-await", title: "Insert await", edits: awaitEdits(file, at) };
}

/** What writes `await` before an expression, in parentheses where a member of it follows. */
export function awaitEdits({ tsInstance, sourceFile }: File, at: ts.Node): readonly TextEdit[] {
  const start = at.getStart(sourceFile);
  const { parent } = at;
  if (tsInstance.isVoidExpression(parent)) {
    const first = parent.getStart(sourceFile);
    return [{ start: first, length: start - first, text: "await " }];
  }
  const isObject = tsInstance.isPropertyAccessExpression(parent) && parent.expression === at;
  return isObject
    ? [
        { start, length: 0, text: "(await " },
        { start: at.end, length: 0, text: ")" },
      ]
    : [{ start, length: 0, text: "await " }];
}
