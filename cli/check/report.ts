import { relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type ts from "typescript";
import type { Checked } from "./check-projects";

/** What a format is made of. */
export interface Report extends Checked {
  readonly compiler: typeof ts;
  readonly cwd: string;
  /** How many fixes `--fix` has made, and in how many files. */
  readonly fixed: { readonly fixes: number; readonly files: number } | undefined;
}

/** A place, counted as editors do: from 1, in UTF-16 units; the end is the first place after it. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function regionOf(sourceFile: ts.SourceFile, start: number, length: number): Region {
  const from = sourceFile.getLineAndCharacterOfPosition(start);
  const to = sourceFile.getLineAndCharacterOfPosition(start + length);
  return {
    startLine: from.line + 1,
    startColumn: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
  };
}

/** A path as it is shown: relative to the working directory, with slashes. */
export function shownPath(fileName: string, cwd: string): string {
  return relative(cwd, fileName).split(sep).join("/");
}

/** A path as a URI: relative to the working directory for what is in it, otherwise absolute. */
export function uriOf(fileName: string, cwd: string): string {
  const path = shownPath(fileName, cwd);
  return path.startsWith("../") || /^[a-z]:/i.test(path)
    ? pathToFileURL(fileName).href
    : path.split("/").map(encodeURIComponent).join("/");
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
