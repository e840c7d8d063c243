import type ts from "typescript";
import type { Emitted } from "./emit-fragments";
import type { Layout, SourcePart, TextPlan } from "./layout";

/** What the text is written from, in its order. */
export type TextToken = SourceToken | SpaceToken | NewToken | BreakToken;

/** A part of the source, to the letter. */
export interface SourceToken {
  readonly kind: "source";
  readonly pos: number;
  readonly end: number;
  readonly endsInComment: boolean;
}

/** White space of the source in which a line ends: as much as keeps the lines where they were. */
export interface SpaceToken {
  readonly kind: "space";
  readonly pos: number;
  readonly end: number;
}

/** Printed text. Where it holds a line break, that is a part of a comment or of a literal. */
export interface NewToken {
  readonly kind: "new";
  readonly text: string;
  readonly marks: readonly Mark[];
  /** It ends with a comment that goes to the end of its line. */
  readonly endsInComment: boolean;
}

/** Where the printer has broken the line. */
export interface BreakToken {
  readonly kind: "break";
}

/** From here on, printed text stands for this place of the source; for none where `source` is `undefined`. */
export interface Mark {
  readonly offset: number;
  readonly source: number | undefined;
}

/** Puts what was printed into the layout. */
export function textTokens(sourceFile: ts.SourceFile, plan: TextPlan, emitted: Emitted): TextToken[] {
  const { text } = sourceFile;
  const { text: printed, mappings } = emitted;
  const line = `${plan.delimiter};\n`; // stands before each fragment, and behind the last one
  const marks = marksOf(sourceFile, printed, mappings);
  const starts = fragmentStarts(printed, line);
  const patterns = createPatterns(plan.prefix);
  const tokens: TextToken[] = [];
  // What is printed before the first fragment are comments that begin the file: where the text has not got them, its first
  // statement was replaced.
  const [first] = plan.layout;
  if (first?.kind !== "source") addPrinted(0, starts[0]! - line.length);
  addLayout(plan.layout);
  return tokens;

  function addLayout(layout: Layout): void {
    for (const part of layout) {
      if (part.kind === "fragment") addFragment(part.index);
      else if (part.kind === "source") addSource(part);
      else if (part.kind === "mark") pushNew("", [{ offset: 0, source: part.source }]);
      else {
        if (part.text !== "") pushNew(part.text, []);
        if (part.endsLine) tokens.push({ kind: "break" });
      }
    }
  }

  function pushNew(newText: string, marksOfText: readonly Mark[], endsInComment = false): void {
    tokens.push({ kind: "new", text: newText, marks: marksOfText, endsInComment });
  }

  function addSource({ pos, end, endsInComment = false }: SourcePart): void {
    const space = /^\s*/.exec(text.slice(pos, end))![0];
    const isBreak = /[\n\r]/.test(space);
    const start = isBreak ? pos + space.length : pos;
    if (isBreak) tokens.push({ kind: "space", pos, end: start });
    if (start < end) tokens.push({ kind: "source", pos: start, end, endsInComment });
  }

  function addFragment(index: number): void {
    const [before, after] = plan.fragments[index]!.wrapper;
    const start = starts[index]! + before.length;
    const content = printed.slice(start, starts[index + 1]! - line.length).trimEnd();
    const inner = content.slice(0, content.length - after.length);
    const leading = before === "" ? 0 : /^\s*/.exec(inner)![0].length;
    addPrinted(start + leading, start + inner.trimEnd().length);
  }

  /** The first mark at an offset, or behind it. */
  function firstMark(offset: number): number {
    let [low, high] = [0, marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (marks[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds printed text, with what belongs into its holes. */
  function addPrinted(start: number, end: number): void {
    let last = start;
    let next = firstMark(start);
    const addNew = (to: number, endsInComment = false): void => {
      if (to <= last) return;
      while (next < marks.length && marks[next]!.offset < last) next++;
      const within: Mark[] = [];
      for (; next < marks.length && marks[next]!.offset < to; next++) {
        const { offset, source } = marks[next]!;
        within.push({ offset: offset - last, source });
      }
      pushNew(printed.slice(last, to), within, endsInComment);
      last = to;
    };
    for (const found of scan(printed, start, end, patterns)) {
      addNew(found.pos);
      if (found.kind === "comment") addNew(found.end, true);
      else if (found.kind === "break") tokens.push({ kind: "break" });
      else addLayout(plan.holes[found.hole]!);
      last = found.end;
    }
    addNew(end);
  }
}

/** Where each fragment begins; at the end of the list, where one more would. */
function fragmentStarts(printed: string, line: string): number[] {
  const starts: number[] = [];
  for (let at = printed.indexOf(line); at >= 0; at = printed.indexOf(line, at + 1))
    starts.push(at + line.length);
  return starts;
}

function marksOf(sourceFile: ts.SourceFile, printed: string, mappings: Emitted["mappings"]): Mark[] {
  const lineStarts = sourceFile.getLineStarts();
  const marks: Mark[] = [];
  let start = 0;
  for (const line of mappings) {
    for (const [column, , sourceLine, sourceColumn] of line as [number, number, number, number][])
      marks.push({ offset: start + column, source: lineStarts[sourceLine]! + sourceColumn });
    start = printed.indexOf("\n", start) + 1;
  }
  return marks;
}

type Found = (
  | { readonly kind: "hole"; readonly hole: number }
  | { readonly kind: "break" }
  /** One that goes to the end of its line. */
  | { readonly kind: "comment" }
) & { readonly pos: number; readonly end: number };

interface Patterns {
  readonly code: RegExp;
  readonly template: RegExp;
}

function createPatterns(prefix: string): Patterns {
  const hole = `${prefix}(\\d+)_(?:ending;)?`;
  const double = `"(?:\\\\.|(?!${prefix})[^"\\\\\\n])*"`;
  const single = double.replaceAll('"', "'");
  return {
    code: new RegExp(`${hole}|(?://|#!)[^\\n]*|/\\*[^]*?\\*/|${double}|${single}|[\`{}]|\\n[ \\t]*`, "g"),
    template: new RegExp(`${hole}|\\\\[^]|\`|\\$\\{`, "g"),
  };
}

/** Finds the holes in printed text, its line breaks outside comments and literals, and the comments that end a line. */
function scan(printed: string, start: number, end: number, { code, template }: Patterns): Found[] {
  const found: Found[] = [];
  /** For each brace that is open, whether it belongs to a template. */
  const braces: boolean[] = [];
  let isInTemplate = false;
  for (let at = start; at < end;) {
    const pattern: RegExp = isInTemplate ? template : code;
    pattern.lastIndex = at;
    const match = pattern.exec(printed);
    if (match === null || match.index >= end) break;
    const [text, index] = match;
    at = match.index + text.length;
    const place = { pos: match.index, end: at };
    if (index !== undefined) found.push({ kind: "hole", hole: Number(index), ...place });
    else if (text.startsWith("\n")) found.push({ kind: "break", ...place });
    else if (/^(?:\/\/|#!)/.test(text)) found.push({ kind: "comment", ...place });
    else if (text === "`") isInTemplate = !isInTemplate;
    else if (text === "${") {
      braces.push(true);
      isInTemplate = false;
    } else if (text === "{") braces.push(false);
    else if (text === "}") isInTemplate = braces.pop() ?? false;
  }
  return found;
}
