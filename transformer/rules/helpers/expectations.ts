import type ts from "typescript";
import type { Finding } from "../../diagnostics/finding";
import { type DiagnosticKey, diagnostics } from "../../diagnostics/table";

/** The comments of a file that name a finding that is meant to be there. */
export interface Expectations {
  /** Whether a finding is expected; each comment takes one. */
  take(finding: Finding): boolean;
  /** A finding for each comment that has taken none. */
  unused(): readonly Finding[];
}

interface Expectation {
  readonly name: string;
  readonly start: number;
  readonly length: number;
  /** The next line with code, counted from 0. */
  readonly line: number;
  isMet: boolean;
}

const comment = /^[ \t]*\/\/[ \t]*raii-expect-error\b[ \t]*([\w-]*).*$/gm;

/**
 * Reads `// raii-expect-error key`: it silences one finding of that key on the next line, and is itself one where there is none.
 *
 * @param isLookedFor whether the rules of a key have run; what others would find cannot be missed.
 */
export function findExpectations(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  isLookedFor: (key: DiagnosticKey) => boolean,
): Expectations {
  const { text } = sourceFile;
  if (!text.includes("raii-expect-error")) return { take: () => false, unused: () => [] };

  const expectations: Expectation[] = [];
  for (const match of text.matchAll(comment)) {
    const start = match.index + match[0].indexOf("//");
    if (isInLiteral(tsInstance, sourceFile, start)) continue;
    const end = match.index + match[0].length;
    const line = nextLineOfCode(sourceFile, end);
    expectations.push({ name: match[1]!, start, length: end - start, line, isMet: false });
  }

  const findingAt = (key: DiagnosticKey, { name, start, length }: Expectation): Finding => {
    return { key, args: [name === "" ? "nothing" : `"${name}"`], sourceFile, start, length };
  };
  return {
    take({ key, start }) {
      if (start === undefined) return false;
      const { line } = sourceFile.getLineAndCharacterOfPosition(start);
      const found = expectations.find((each) => !each.isMet && each.name === key && each.line === line);
      if (found !== undefined) found.isMet = true;
      return found !== undefined;
    },
    unused: () =>
      expectations.flatMap((each) => {
        if (!Object.hasOwn(diagnostics, each.name)) return [findingAt("unknown-expectation", each)];
        const canBeMissed = isLookedFor(each.name as DiagnosticKey);
        return each.isMet || !canBeMissed ? [] : [findingAt("unused-expectation", each)];
      }),
  };
}

/** The first line after `position` that is neither empty nor a comment. */
function nextLineOfCode(sourceFile: ts.SourceFile, position: number): number {
  const lines = sourceFile.getLineStarts();
  let line = sourceFile.getLineAndCharacterOfPosition(position).line + 1;
  while (line < lines.length && /^\s*(?:\/\/.*)?$/.test(sourceFile.text.slice(lines[line], lines[line + 1])))
    line++;
  return line;
}

/** Whether a place stands in a string, a template or text of JSX, and so is no comment. */
function isInLiteral(tsInstance: typeof ts, sourceFile: ts.SourceFile, position: number): boolean {
  let node: ts.Node | undefined = sourceFile;
  while (node !== undefined) {
    if (
      tsInstance.isStringLiteralLike(node) ||
      tsInstance.isTemplateLiteralToken(node) ||
      tsInstance.isJsxText(node)
    )
      return node.getStart(sourceFile) <= position;
    const inner: ts.Node | undefined = tsInstance.forEachChild(node, (child) =>
      child.pos <= position && position < child.end ? child : undefined,
    );
    node = inner;
  }
  return false;
}
