import type ts from "typescript";
import type { Finding, Fix } from "../diagnostics/finding";
import type { Options } from "../diagnostics/options";
import type { DiagnosticKey } from "../diagnostics/table";
import { addDirective } from "./add-directive";
import { asyncOrNoAwait, awaitFirst, awaitInAsyncFunction } from "./await-acquisition";
import { correctSpelling, moveDirective } from "./correct-directive";
import type { FixedFile } from "./fixed-file";
import { holdFound } from "./hold-for-function";
import { importInsteadOfRequire } from "./import-marker";
import { moveByStack } from "./move-by-stack";
import { moveReturned } from "./move-handle";
import { nodeAt } from "./node-at";

/** What can be done about findings that do not carry their own fix, or another way to do it. */
const fixers: Partial<Record<DiagnosticKey, (file: FixedFile) => readonly Fix[]>> = {
  "raii-outside-annotated-function": addDirective,
  "directive-misspelt": correctSpelling,
  "directive-misplaced": moveDirective,
  "await-raii-in-sync-function": asyncOrNoAwait,
  "block-too-short": holdFound,
  "await-missing": awaitInAsyncFunction,
  escape: (file) => [...moveReturned(file), ...moveByStack(file)],
  "escape-by-promise": awaitInAsyncFunction,
  "raii-not-awaited": awaitFirst,
  "raii-by-require": importInsteadOfRequire,
};

/** What "fix all" of a kind is called. The other kinds need a decision for each finding. */
export const fixAllTitles: Readonly<Record<string, string>> = {
  "add-directive": 'Annotate all functions that call raii() "use raii"',
  "correct-directive": 'Correct all misspelt "use raii"',
  "move-directive": 'Put every "use raii" at the top of its function',
  "remove-directive": 'Remove every needless "use raii"',
  "insert-await": "Insert all missing await",
  "move-await": "Move every await before raii()",
};

/**
 * Every way to make a finding go away, the best first.
 *
 * @param sourceFile the finding's, with `parent` set on its nodes.
 */
export function fixesOf(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  options: Options,
  finding: Finding,
): readonly Fix[] {
  const { start, length, fix } = finding;
  const own = fix === undefined ? [] : [fix];
  const fixer = fixers[finding.key];
  if (fixer === undefined || start === undefined || length === undefined) return own;
  const node = nodeAt(tsInstance, sourceFile, start, length);
  if (node === undefined) return own;
  const more = fixer({ tsInstance, sourceFile, options, finding, node });
  // To move an await is better than to write a second one.
  return more.some(({ id }) => id === "move-await") ? more : [...own, ...more];
}

/**
 * The fix that can be made without asking anybody: the best one of a finding that carries its own, or one of a kind that
 * needs no decision.
 *
 * @param fixes every fix of the finding.
 */
export function automaticFix(finding: Finding, [best]: readonly Fix[]): Fix | undefined {
  if (best === undefined || best.needsDecision) return undefined;
  const needsDecision = finding.fix === undefined && !Object.hasOwn(fixAllTitles, best.id);
  return needsDecision ? undefined : best;
}
