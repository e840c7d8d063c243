import { basename, relative } from "node:path";
import type { SourceDiagnostic } from "../../source/source-diagnostic";
import { transform } from "../../source/transform";
import { withInlineMap } from "../inline-map";
import type { FileOptions } from "./options-for";

/**
 * Compiles a text for a host that takes nothing but text: the source map is in it, warnings go to standard error.
 *
 * @returns `undefined` when there is nothing to compile.
 * @throws {Error} all errors of the file, each with its place and the lines around it.
 */
export function compileText(code: string, path: string, options: FileOptions): string | undefined {
  const errors: string[] = [];
  let place: string | undefined;
  const { from, ...config } = options;
  const compiled = transform(code, path, {
    ...config,
    onDiagnostic(diagnostic) {
      if (diagnostic.severity === "error") {
        errors.push(describe(diagnostic, from));
        place ??= `${path}:${diagnostic.line ?? 1}:${(diagnostic.column ?? 0) + 1}`;
      } else if (diagnostic.severity === "warning") process.stderr.write(`${describe(diagnostic, from)}\n\n`);
    },
  });
  if (errors.length > 0) {
    const error = new Error(errors.join("\n\n"));
    // Where the code stands, and not where in the loader it was thrown.
    error.stack = `${error.name}: ${error.message}\n    at ${place}`;
    throw error;
  }
  // A relative source is found from the module, wherever that is.
  return compiled && withInlineMap(code, compiled, basename(path));
}

/** @param from where the options were read, for what is wrong with them. */
function describe(
  { id, line, column, severity, code, message, frame }: SourceDiagnostic,
  from: string,
): string {
  const path = id === undefined ? from : relative(process.cwd(), id);
  const place = line === undefined || column === undefined ? path : `${path}:${line}:${column + 1}`;
  const first = `${place} - ${severity} TS${code}: ${message}`;
  return frame === undefined ? first : `${first}\n\n${frame}`;
}
