import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";

/** Writes `await` before an expression. */
export function insertAwait({ sourceFile }: { readonly sourceFile: ts.SourceFile }, at: ts.Node): Fix {
  const start = at.getStart(sourceFile);
  return { id: "insert-await", title: "Insert await", edits: [{ start, length: 0, text: "await " }] };
}
