import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import { meantDirective } from "../syntax/find-directives";
import { isFunctionNode } from "../syntax/function-node";
import { functionOf } from "../syntax/nodes";
import type { FixedFile } from "./fixed-file";
import { placeDirective } from "./place-directive";
import { removeStatement } from "./remove-statement";

/** Writes a misspelt directive as it must be. */
export function correctSpelling({ tsInstance, sourceFile, node }: FixedFile): readonly Fix[] {
  if (!tsInstance.isExpressionStatement(node)) return [];
  const { expression } = node;
  if (!tsInstance.isStringLiteral(expression)) return [];
  const meant = meantDirective({ expression });
  if (meant === undefined) return [];
  const start = expression.getStart(sourceFile);
  const quote = sourceFile.text[start]!;
  const edits = [{ start, length: expression.end - start, text: `${quote}${meant}${quote}` }];
  return [{ id: "correct-directive", title: `Change to "${meant}"`, edits }];
}

/** Puts a directive that annotates nothing at the top of its function. */
export function moveDirective({ tsInstance, sourceFile, node }: FixedFile): readonly Fix[] {
  const fn = functionOf(tsInstance, node);
  if (!isFunctionNode(tsInstance, fn) || fn.body === undefined || !tsInstance.isBlock(fn.body)) return [];
  const stray = (node as ts.ExpressionStatement).expression as ts.StringLiteralLike;
  const edits = [
    ...placeDirective(tsInstance, sourceFile, fn, stray.text),
    removeStatement(sourceFile, node),
  ];
  return [{ id: "move-directive", title: `Put "${stray.text}" at the top of the function`, edits }];
}
