import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { TextEdit } from "../diagnostics/finding";
import type { FunctionNode } from "../syntax/function-node";

/**
 * Makes a function async, and what it says it returns a promise.
 *
 * @returns `undefined` where that cannot be: constructors, accessors; and for generators, whose callers would all break.
 */
export function makeAsync(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  fn: FunctionNode,
): readonly TextEdit[] | undefined {
  const { isAsync, isGenerator } = kindOf(tsInstance, fn);
  if (isAsync || isGenerator) return undefined;
  let at: ts.Node | undefined;
  if (tsInstance.isArrowFunction(fn)) at = fn;
  else if (tsInstance.isMethodDeclaration(fn)) at = fn.name;
  else if (tsInstance.isFunctionDeclaration(fn) || tsInstance.isFunctionExpression(fn))
    at = fn.getChildren(sourceFile).find(({ kind }) => kind === tsInstance.SyntaxKind.FunctionKeyword);
  if (at === undefined) return undefined;

  const edits: TextEdit[] = [{ start: at.getStart(sourceFile), length: 0, text: "async " }];
  const { type } = fn;
  if (type !== undefined && !/^Promise\s*</.test(type.getText(sourceFile))) {
    edits.push({ start: type.getStart(sourceFile), length: 0, text: "Promise<" });
    edits.push({ start: type.end, length: 0, text: ">" });
  }
  return edits;
}
