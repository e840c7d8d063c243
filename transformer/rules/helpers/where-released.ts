import type { Held } from "../../flow/held";
import type { CheckedFile } from "../rule";
import { lineOf } from "./related";

/** Where a handle is released, as a message says it: `at the end of this function (line 12)`. */
export function whereReleased(file: Pick<CheckedFile, "sourceFile" | "tsInstance">, held: Held): string {
  const { tsInstance } = file;
  const { scope, fn } = held;
  if (tsInstance.isSourceFile(scope)) return "when this module has run";
  const line = `(line ${lineOf(file, scope.end - 1)})`;
  if (!tsInstance.isSourceFile(fn) && scope === fn.body) return `at the end of this function ${line}`;
  const isRound = tsInstance.isForOfStatement(scope) || tsInstance.isIterationStatement(scope.parent, false);
  return isRound ? `at the end of each round of this loop ${line}` : `at the end of this block ${line}`;
}
