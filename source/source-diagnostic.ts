import { messageOf, severityOf } from "../transformer/diagnostics/create-diagnostic";
import type { Finding } from "../transformer/diagnostics/finding";
import { type DiagnosticKey, entryOf, type Severity } from "../transformer/diagnostics/table";

/** Something to tell the user: about a place in a file, or about the options where there is no place. */
export interface SourceDiagnostic {
  readonly key: DiagnosticKey;
  /** The number that TypeScript hosts show: `100001` for `TS100001`. */
  readonly code: number;
  readonly severity: Exclude<Severity, "off">;
  /** The key, what happened, and what to do next. */
  readonly message: string;
  /** The `id` that `transform` was called with. */
  readonly id: string | undefined;
  /** Where it begins, in characters from the start of the text. */
  readonly start: number | undefined;
  readonly length: number | undefined;
  /** From 1. */
  readonly line: number | undefined;
  /** In characters, from 0, as Rollup, Vite and esbuild count. */
  readonly column: number | undefined;
  /** The lines around the place with a mark under it; `undefined` without a place. */
  readonly frame: string | undefined;
}

export function sourceDiagnostic(finding: Finding, id: string): SourceDiagnostic | undefined {
  const severity = severityOf(finding);
  if (severity === "off") return undefined;
  const { key, sourceFile, start, length } = finding;
  const place =
    sourceFile && start !== undefined ? sourceFile.getLineAndCharacterOfPosition(start) : undefined;
  return {
    key,
    code: entryOf(key).code,
    severity,
    message: messageOf(finding),
    id: sourceFile && id,
    start,
    length,
    line: place && place.line + 1,
    column: place?.character,
    frame: place && codeFrame(sourceFile!.text, place.line, place.character, length ?? 1),
  };
}

/** The line of a place with the two before and after it, numbered, and a mark under the place. */
export function codeFrame(text: string, line: number, column: number, length: number): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const first = Math.max(0, line - 2);
  const width = String(line + 3).length;
  return lines
    .slice(first, line + 3)
    .flatMap((content, index) => {
      const number = first + index;
      const numbered = `${String(number + 1).padStart(width)} | ${content}`;
      if (number !== line) return [numbered];
      const indent = content.slice(0, column).replace(/[^\t]/g, " ");
      const mark = "^".repeat(Math.max(1, Math.min(length, content.length - column)));
      return [numbered, `${" ".repeat(width)} | ${indent}${mark}`];
    })
    .join("\n");
}
