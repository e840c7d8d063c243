import { relative } from "node:path";
import type { SourceDiagnostic } from "../../source/source-diagnostic";

/** What was found in one file, for a host that takes neither warnings nor positions. */
export interface Findings {
  /** Prints a warning to standard error, and keeps an error. */
  readonly add: (diagnostic: SourceDiagnostic) => void;
  /**
   * @param hint is added to the errors.
   * @throws {Error} all errors, each with its place and the lines around it.
   */
  readonly end: (path: string, hint?: string) => void;
}

/** @param from where the options were read, for what is wrong with them. */
export function collectFindings(from: string): Findings {
  const errors: SourceDiagnostic[] = [];
  const printed = new Set<string>();
  return {
    add(diagnostic) {
      if (diagnostic.severity === "error") errors.push(diagnostic);
      if (diagnostic.severity !== "warning") return;
      const text = describe(diagnostic, from);
      if (!printed.has(text)) process.stderr.write(`${text}\n\n`);
      printed.add(text);
    },
    end(path, hint) {
      const [first] = errors;
      if (first === undefined) return;
      const told = errors.map((each) => describe(each, from));
      const error = new Error([...told, ...(hint === undefined ? [] : [hint])].join("\n\n"));
      // Where the code stands, and not where in the loader it was thrown.
      const place = `${path}:${first.line ?? 1}:${(first.column ?? 0) + 1}`;
      error.stack = `${error.name}: ${error.message}\n    at ${place}`;
      throw error;
    },
  };
}

function describe(
  { id, line, column, severity, code, message, frame }: SourceDiagnostic,
  from: string,
): string {
  const path = id === undefined ? from : relative(process.cwd(), id);
  const place = line === undefined || column === undefined ? path : `${path}:${line}:${column + 1}`;
  const first = `${place} - ${severity} TS${code}: ${message}`;
  return frame === undefined ? first : `${first}\n\n${frame}`;
}
