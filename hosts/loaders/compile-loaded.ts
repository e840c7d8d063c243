import { createRequire } from "node:module";
import { join } from "node:path";
import { mayHaveRaii } from "../../source/may-have-raii";
import type { compileText } from "./compile-text";
import { type FileOptions, optionsFor } from "./options-for";

const candidate = /\.[cm]?[jt]sx?$/i;
const dependency = /[\\/]node_modules[\\/]/;

/** The texts that were made here: the hooks of Node and those of `require` can both see a module. */
const made = new Set<string>();

/** The compiler, in a file of its own: a program without raii loads neither it nor TypeScript. */
let compiler: { readonly compileText: typeof compileText } | undefined;

/**
 * Compiles a module that is being loaded.
 *
 * @param read gives its text. It is called only for files that can be meant.
 * @returns `undefined` when the module stays as it is.
 * @throws {Error} when there is raii in it that cannot be compiled, or TypeScript is not installed.
 */
export function compileLoaded(path: string, read: () => string): string | undefined {
  if (!candidate.test(path) || dependency.test(path)) return undefined;
  const code = read();
  if (made.delete(code)) return undefined;
  const options: FileOptions = optionsFor(path);
  if (!mayHaveRaii(code, options.importSource)) return undefined;
  compiler ??= createRequire(__filename)(join(__dirname, "compile-text.js")) as typeof compiler & {};
  const compiled = compiler.compileText(code, path, options);
  if (compiled !== undefined) made.add(compiled);
  return compiled;
}
