import type ts from "typescript";
import { createMappingsWriter } from "./mappings-writer";
import type { TextToken } from "./text-tokens";

/** A text, and where each part of it comes from. */
export interface WrittenText {
  readonly code: string;
  /** As in a source map. */
  readonly mappings: string;
}

const [space, sign, word] = [0, 1, 2];

/** What the characters below 128 are. All others are taken for parts of names. */
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /\s/.test(character) ? space : /[\w$]/.test(character) ? word : sign;
});

/**
 * Writes the text so that what comes from the source stands on its line, wherever that can be: stack traces and breakpoints
 * are right then where nobody reads the map. What was printed takes the lines that are free, and shares a line where none is.
 */
export function writeText(sourceFile: ts.SourceFile, tokens: readonly TextToken[]): WrittenText {
  const { text: source } = sourceFile;
  const newLine = /\r\n/.test(source) ? "\r\n" : "\n";
  const lineStarts = sourceFile.getLineStarts();
  const { wanted, lastLines } = wantedLines(sourceFile, tokens);
  const chunks: string[] = [];
  const mappings = createMappingsWriter();
  let column = 0;

  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    const isBehindComment = previous !== undefined && "endsInComment" in previous && previous.endsInComment;
    if (isBehindComment && (token.kind === "source" || token.kind === "new")) write(newLine);
    switch (token.kind) {
      case "source":
        writeSource(token.pos, token.end);
        break;
      case "new":
        writeNew(token.text, token.marks);
        break;
      case "space": {
        const text = source.slice(token.pos, token.end);
        const missing = missingLines(index);
        const breaks = countBreaks(text);
        if (missing === undefined || missing === breaks) write(text);
        else {
          const indent = /[^\n\r]*$/.exec(text)![0];
          // What ends a statement may be this line break, or a closing brace.
          const least = source[token.end] === "}" && !isBehindComment ? 0 : 1;
          const count = Math.max(missing, least);
          write(count > 0 ? newLine.repeat(count) + indent : " ");
        }
        break;
      }
      case "break": {
        const missing = missingLines(index) ?? 0;
        // Where no line can be kept any more, the printer's lines are easier to read.
        const isBehindAll = mappings.line() >= lastLines[index]!;
        const count = Math.max(missing, isBehindComment || isBehindAll ? 1 : 0);
        write(count > 0 ? newLine.repeat(count) : /[.(]$/.test(chunks.at(-1) ?? "") ? "" : " ");
        // Where lines are joined, what has no place does not get that of its neighbour.
        if (count === 0) mappings.addNone(column);
        break;
      }
    }
  }
  return { code: chunks.join(""), mappings: mappings.finish() };

  /** How many lines the next line is from here. */
  function missingLines(index: number): number | undefined {
    const line = wanted[index];
    return line === undefined ? undefined : Math.max(0, line - mappings.line());
  }

  function write(text: string): void {
    chunks.push(text);
    let last = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", last)) {
      mappings.endLine();
      column = 0;
      last = at + 1;
    }
    column += text.length - last;
  }

  function writeNew(
    text: string,
    marks: readonly { readonly offset: number; readonly source: number | undefined }[],
  ): void {
    let last = 0;
    for (const { offset, source: place } of marks) {
      write(text.slice(last, offset));
      last = offset;
      if (place === undefined) mappings.addNone(column);
      else {
        const { line, character } = sourceFile.getLineAndCharacterOfPosition(place);
        mappings.add(column, line, character);
      }
    }
    write(text.slice(last));
  }

  // Each token of the source is a place that debuggers and stack frames may name.
  function writeSource(pos: number, end: number): void {
    chunks.push(source.slice(pos, end));
    let { line } = sourceFile.getLineAndCharacterOfPosition(pos);
    let nextLine = lineStarts[line + 1] ?? Infinity;
    let lineStart = lineStarts[line]!;
    let isInWord = false;
    for (let at = pos; at < end; at++, column++) {
      const code = source.charCodeAt(at);
      const kind = code < 128 ? kinds[code]! : word;
      if (kind === space) {
        isInWord = false;
        if (code !== 10) continue;
        mappings.endLine();
        column = -1;
        continue;
      }
      if (isInWord && kind === word) continue;
      isInWord = kind === word;
      while (at >= nextLine) {
        lineStart = nextLine;
        nextLine = lineStarts[++line + 1] ?? Infinity;
      }
      mappings.add(column, line, at - lineStart);
    }
  }
}

interface WantedLines {
  /** For each break, the line on which what follows it is to stand; `undefined` where that does not matter. */
  readonly wanted: readonly (number | undefined)[];
  /** For each token, the last line of the source that something behind it is to stand on. */
  readonly lastLines: readonly number[];
}

function wantedLines(sourceFile: ts.SourceFile, tokens: readonly TextToken[]): WantedLines {
  const lineOf = (position: number): number => sourceFile.getLineAndCharacterOfPosition(position).line;
  const wanted: (number | undefined)[] = [];
  const lastLines: number[] = [];
  let last = -1;
  /** Of the line that begins behind a break. */
  let own: number | undefined;
  /** Of what comes from the source later: what is printed before it must not push it down. */
  let next = Infinity;
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index]!;
    lastLines[index] = last;
    if (token.kind === "source") {
      own = lineOf(token.pos);
      last = Math.max(last, own);
      next = Math.min(next, own);
    } else if (token.kind === "new") {
      const place = token.marks.find(({ source }) => source !== undefined)?.source;
      if (place !== undefined) own = Math.min(next, lineOf(place));
    } else {
      wanted[index] = own;
      own = undefined;
    }
  }
  return { wanted, lastLines };
}

function countBreaks(text: string): number {
  return text.split("\n").length - 1;
}
