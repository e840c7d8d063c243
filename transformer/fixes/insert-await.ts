import type ts from "typescript";
import type { Fix, TextEdit } from "../diagnostics/finding";

interface File {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
}

/** Writes `await` before an expression. */
export function insertAwait(file: File, at: ts.Node): Fix {
  return { id: "insert-await", title: "Insert await", edits: awaitEdits(file, at) };
}

/** What writes `await` before an expression, in parentheses where a member of it follows. */
export function awaitEdits({ tsInstance, sourceFile }: File, at: ts.Node): readonly TextEdit[] {
  const start = at.getStart(sourceFile);
  const { parent } = at;
  const isObject = tsInstance.isPropertyAccessExpression(parent) && parent.expression === at;
  return isObject
    ? [
        { start, length: 0, text: "(await " },
        { start: at.end, length: 0, text: ")" },
      ]
    : [{ start, length: 0, text: "await " }];
}
