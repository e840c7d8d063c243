import type ts from "typescript";
import type { TextEdit } from "../diagnostics/finding";
import { annotationBy, directivePrologue } from "../syntax/find-directives";
import type { FunctionNode } from "../syntax/function-node";

/**
 * Writes `"use raii"` at the top of a function; the tag where there is no body to write it in; nothing where it
 * stands already.
 */
export function placeDirective(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  fn: FunctionNode,
  directive = "use raii",
): readonly TextEdit[] {
  const { body } = fn;
  if (body === undefined) return [];
  if (!tsInstance.isBlock(body))
    return [{ start: fn.getStart(sourceFile), length: 0, text: "/** @raii */ " }];
  if ([...directivePrologue(tsInstance, body.statements)].some(annotationBy)) return [];
  return placeAtTop(sourceFile, body, `"${directive}";`);
}

/**
 * Writes a statement before those of a block: on a line of its own where they have their own, with their indent. A comment on
 * the line of the brace stays there.
 */
export function placeAtTop(
  sourceFile: ts.SourceFile,
  block: ts.Block,
  statement: string,
): readonly TextEdit[] {
  const brace = block.getStart(sourceFile) + 1;
  const [first] = block.statements;
  const between = sourceFile.text.slice(brace, first?.getStart(sourceFile) ?? brace);
  const [, lineEnd, indent] = /(\r?\n)([ \t]*)\S?[^\n]*$/.exec(between) ?? [];
  if (lineEnd === undefined) return [{ start: brace, length: 0, text: ` ${statement}` }];
  const [comment] = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/)(?=\r?\n)|/.exec(between)!;
  return [{ start: brace + comment.length, length: 0, text: `${lineEnd}${indent}${statement}` }];
}
