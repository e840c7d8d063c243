import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/** The files as sources of a map in which the indentation has places, too: else the printer skips it. */
const exactSources = new WeakMap<ts.SourceFile, ts.SourceMapSource>();

/**
 * Lets a breakpoint on the line of an `await` be set in the program, where the variables are.
 *
 * Two pieces of code have the place of an `await`: what the program yields, and the `await` of the function that runs it.
 * A debugger sets a breakpoint at the first place of a line, and if two pieces of code have that, in the one that comes first in
 * the output: the function. So if the `await` is the first on its line, what the program yields is put one column before it.
 *
 * @param place begins at the `await`.
 * @returns the place of what the program yields.
 */
export function takeBreakpoint(
  { sourceFile, tsInstance }: LowerContext,
  place: ts.TextRange,
): ts.SourceMapRange {
  const { fileName, text } = sourceFile;
  const { pos, end } = place;
  const isBlank = (at: number): boolean => text[at] === " " || text[at] === "\t";
  if (!isBlank(pos - 1)) return place;
  let first = pos - 1;
  while (isBlank(first - 1)) first--;
  if (first > 0 && !tsInstance.isLineBreak(text.charCodeAt(first - 1))) return place;
  let source = exactSources.get(sourceFile);
  if (source === undefined) {
    source = tsInstance.createSourceMapSource(fileName, text, (position) => position);
    exactSources.set(sourceFile, source);
  }
  return { pos: pos - 1, end, source };
}
