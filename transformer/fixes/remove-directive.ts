import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import { removeStatement } from "./remove-statement";

/** Removes a directive: what `placeDirective` has written goes without a trace. */
export function removeDirective(sourceFile: ts.SourceFile, directive: ts.ExpressionStatement): Fix {
  const edits = [removeStatement(sourceFile, directive)];
  return { id: "remove-directive", title: 'Remove "use raii"', edits };
}
