import type ts from "typescript";
import type { SourceFileModel } from "../1-analyze/model";
import { kindOf } from "../1-analyze/plan-function";
import type { Fix } from "../diagnostics/finding";
import type { Options } from "../diagnostics/options";
import { isFunctionNode } from "../syntax/function-node";
import { functionOf } from "../syntax/nodes";
import { importName } from "./import-name";
import { placeDirective } from "./place-directive";

/** The file of a fix that acquires. */
export interface AcquiringFile {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  readonly model: SourceFileModel | undefined;
  readonly options: Options;
  /** The functions in which such a fix is offered. */
  readonly acquiringByFix: Set<ts.Node>;
}

/**
 * Puts the marker around what makes a resource, in a function that is annotated if it was not.
 *
 * @returns `undefined` outside of functions, and where it is to be awaited and cannot be.
 */
export function acquireResource(
  { tsInstance, sourceFile, options, model, acquiringByFix }: AcquiringFile,
  made: ts.Expression,
  isAsync: boolean,
): Fix | undefined {
  const fn = functionOf(tsInstance, made);
  if (!isFunctionNode(tsInstance, fn) || fn.body === undefined || made.pos < fn.body.pos) return undefined;
  if (isAsync && !kindOf(tsInstance, fn).isAsync) return undefined;
  const isAnnotated =
    model?.fileIsAnnotated === true || model?.functions.some((each) => each.node === fn && each.isAnnotated);
  acquiringByFix.add(fn);
  const marker = importName(tsInstance, sourceFile, "raii", options.importSource);
  const start = made.getStart(sourceFile);
  const isAwaited = tsInstance.isAwaitExpression(made.parent);
  return {
    id: "acquire-resource",
    title: `Acquire it by ${marker.text}()`,
    edits: [
      ...marker.edits,
      ...(isAnnotated ? [] : placeDirective(tsInstance, sourceFile, fn)),
      { start, length: 0, text: `${isAsync && !isAwaited ? "await " : ""}${marker.text}(` },
      { start: made.end, length: 0, text: ")" },
    ],
  };
}
