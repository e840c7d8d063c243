import { basename } from "node:path";
import { transform } from "../../source/transform";
import { readInlineMap, withInlineMap } from "../inline-map";
import { collectFindings } from "./findings";
import type { FileOptions } from "./options-for";

/** For a text that has a source map in it, as no file that was written by hand. */
const comesLate =
  "Another loader has compiled this file before ts-raii saw it, and may have moved what is meant. Let ts-raii come first: node --import ts-raii/register --import …";

/**
 * Compiles a text for a host that takes nothing but text: the source map is in it, warnings go to standard error.
 *
 * @returns `undefined` when there is nothing to compile.
 * @throws {Error} all errors of the file, each with its place and the lines around it.
 */
export function compileText(code: string, path: string, options: FileOptions): string | undefined {
  const { from, ...config } = options;
  const findings = collectFindings(from);
  const compiled = transform(code, path, { ...config, onDiagnostic: findings.add });
  findings.end(path, readInlineMap(code) && comesLate);
  // A relative source is found from the module, wherever that is.
  return compiled && withInlineMap(code, compiled, basename(path));
}
