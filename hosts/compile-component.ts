import { decode, encode, type SourceMapMappings, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { codeFrame } from "../source/source-diagnostic";
import type { Transformed } from "../source/transform";
import { type CompiledModule, compileModule } from "./compile-module";
import { componentScripts } from "./component-scripts";
import type { ParsedOptions } from "./parse-options";
import type { Report } from "./report";

/**
 * Compiles the scripts in the file of a component, and leaves the rest to the letter. That is before its framework reads
 * the file: what the framework makes of a script does not say any more what was meant. Svelte puts calls between `await`
 * and `raii(x)`, Astro drops comments, and all move a script into a function, where a directive at its top would be that
 * of the function.
 */
export function compileComponent(code: string, id: string, parsed: ParsedOptions): CompiledModule {
  const errors: Report[] = [];
  const warnings: Report[] = [];
  const written = new WrittenFile(code);
  let isChanged = false;
  for (const { start, end, ending } of componentScripts(code, id)) {
    // In its place, so that what is found and the map name the places of the whole file.
    const before = code.slice(0, start).replace(/[^\r\n\u2028\u2029]/g, " ");
    const script = compileModule(before + code.slice(start, end), id, parsed, id + ending);
    const reframed = (report: Report): Report => {
      const { line, column, length = 1 } = report;
      return line === undefined || column === undefined
        ? report
        : { ...report, frame: codeFrame(code, line - 1, column, length) };
    };
    errors.push(...script.errors.map(reframed));
    warnings.push(...script.warnings.map(reframed));
    if (script.result === undefined) continue;
    isChanged = true;
    written.addKept(start);
    written.addCompiled(script.result, before, end);
  }
  written.addKept(code.length);
  return { result: isChanged ? written.result(id) : undefined, errors, warnings };
}

/** Places that maps name. */
const place = /[\w$\u0080-\uffff]+|[^\s\w$]/g;

/** A file that is put together from parts of another and from what became of parts of it, with its source map. */
class WrittenFile {
  readonly #source: string;
  readonly #lineStarts: readonly number[];
  readonly #mappings: SourceMapSegment[][] = [[]];
  #code = "";
  #column = 0;
  /** Up to where the source has been written. */
  #position = 0;
  #line = 0;

  constructor(source: string) {
    this.#source = source;
    this.#lineStarts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** Adds the source as it is, up to a place. */
  addKept(end: number): void {
    place.lastIndex = this.#position;
    for (
      let match = place.exec(this.#source);
      match !== null && match.index < end;
      match = place.exec(this.#source)
    ) {
      this.#write(this.#source.slice(this.#position, match.index));
      this.#position = match.index;
      while (this.#lineStarts[this.#line + 1]! <= this.#position) this.#line++;
      const column = this.#position - this.#lineStarts[this.#line]!;
      this.#mappings.at(-1)!.push([this.#column, 0, this.#line, column]);
    }
    this.#write(this.#source.slice(this.#position, end));
    this.#position = end;
  }

  /** Adds what became of the source up to `end`, without what stands in it for the part of the file before. */
  addCompiled({ code, map }: Transformed, before: string, end: number): void {
    const { line, column, text } = withoutBlank(code, before);
    const shift = this.#column - column;
    const [first = [], ...rest] = (decode(map.mappings) as SourceMapSegment[][]).slice(line);
    const own = first.filter(([at]) => at >= column);
    this.#mappings.at(-1)!.push(...own.map(([at, ...to]) => [at + shift, ...to] as SourceMapSegment));
    const breaks = text.split("\n").length - 1;
    this.#write(text, rest.slice(0, breaks));
    this.#position = end;
    while (this.#lineStarts[this.#line + 1]! <= end) this.#line++;
  }

  result(id: string): Transformed {
    const mappings = encode(this.#mappings.map(withStart) as SourceMapMappings);
    const map = { version: 3 as const, sources: [id], sourcesContent: [this.#source], names: [], mappings };
    return { code: this.#code, map };
  }

  /** @param mappings of the lines behind the first. */
  #write(text: string, mappings: readonly SourceMapSegment[][] = []): void {
    this.#code += text;
    const lines = text.split("\n");
    for (let index = 1; index < lines.length; index++) this.#mappings.push([...(mappings[index - 1] ?? [])]);
    this.#column = lines.length === 1 ? this.#column + text.length : lines.at(-1)!.length;
  }
}

/** The map of Astro names the beginnings of lines, which are blank: they are to lead to the line of what stands behind. */
function withStart(line: SourceMapSegment[]): SourceMapSegment[] {
  const [first] = line;
  if (first === undefined || first[0] === 0 || first.length === 1) return line;
  return [[0, first[1], first[2], 0], ...line];
}

/** Where a script begins behind the blank that it was compiled with. A directive at its top takes blank with it. */
function withoutBlank(
  code: string,
  before: string,
): { readonly line: number; readonly column: number; readonly text: string } {
  const breaks = before.split("\n");
  const blank = /^\s*/.exec(code)![0].split("\n").slice(0, breaks.length);
  const indent = blank.at(-1)!.slice(0, breaks.at(-1)!.length);
  const text = code.slice([...blank.slice(0, -1), indent].join("\n").length);
  return { line: blank.length - 1, column: indent.length, text };
}
