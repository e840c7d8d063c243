import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";

/** Removes a directive, and the line end before it: what `placeDirective` has written goes without a trace. */
export function removeDirective(directive: ts.ExpressionStatement): Fix {
  const start = directive.getFullStart();
  const edits = [{ start, length: directive.end - start, text: "" }];
  return { id: "remove-directive", title: 'Remove "use raii"', edits };
}
