import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/** The text of a file, with the place of each character. To the printer, a place in the indentation is that of what follows. */
const exactSources = new WeakMap<ts.SourceFile, ts.SourceMapSource>();

/**
 * Lets a breakpoint on the line of an `await` be set in the program, where the variables are.
 *
 * What the program yields there has the place of the `await`, and so has the `await` of the function that runs it.
 * Debuggers take the first place of the line, and of two pieces of code at one place the one that comes first in the output,
 * which is the function's. So what the program yields begins one column earlier where that is indentation. Elsewhere other code
 * of the program comes before it on its line.
 *
 * @param place its first character is that of the `await`.
 */
export function takeBreakpoint<T extends ts.TextRange>(
  { sourceFile, tsInstance }: LowerContext,
  place: T,
): T | ts.SourceMapRange {
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
