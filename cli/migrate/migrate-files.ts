import { resolve } from "node:path";
import type ts from "typescript";
import { analyzeFile } from "../../transformer/analyze-file";
import { type Options, parseOptions } from "../../transformer/diagnostics/options";
import { applyEdits } from "../../transformer/fixes/select-edits";
import { typesOf } from "../../transformer/flow/types";
import { isCompiled } from "../../transformer/syntax/is-compiled";
import { createProgram } from "../check/check-projects";
import type { PluginEntry } from "../read-project";
import { SourceTexts } from "../source-texts";
import type { MigratedFile, Migration } from "./migration";

/** Files that belong together, and how they are compiled. */
export interface Sources extends Pick<ts.ParsedCommandLine, "fileNames" | "options" | "projectReferences"> {
  /** The entry of our plugin. */
  readonly entry: PluginEntry | undefined;
}

/** A file that was rewritten, or in which something is left. */
export interface Migrated extends Migration {
  readonly sourceFile: ts.SourceFile;
}

export interface MigratedFiles {
  readonly files: readonly Migrated[];
  readonly fileCount: number;
  /** Files with syntax errors, or that are no UTF-8: they stay as they are. */
  readonly unreadable: readonly string[];
  readonly texts: SourceTexts;
}

/**
 * Rewrites files, in memory.
 *
 * @param only the files that are meant; without it all that their build compiles.
 */
export function migrateFiles(
  compiler: typeof ts,
  sources: readonly Sources[],
  migrate: (file: MigratedFile) => Migration,
  only?: ReadonlySet<string>,
): MigratedFiles {
  const texts = new SourceTexts();
  const files: Migrated[] = [];
  const unreadable: string[] = [];
  const seen = new Set<string>();
  for (const { entry, ...source } of sources) {
    if (source.fileNames.length === 0) continue; // it only references others
    const options = parseOptions(entry, () => {}); // what is wrong with them is for the check to say
    const program = createProgram(compiler, source);
    for (const sourceFile of program.getSourceFiles()) {
      const fileName = resolve(sourceFile.fileName);
      if (!isCompiled(program, sourceFile) || seen.has(fileName) || only?.has(fileName) === false) continue;
      seen.add(fileName);
      const migration = migrateFile(compiler, program, sourceFile, options, migrate);
      if (migration === undefined) continue;
      if (program.getSyntacticDiagnostics(sourceFile).length > 0) {
        unreadable.push(fileName);
        continue;
      }
      const { edits, left } = migration;
      if (edits.length > 0 && !texts.change(sourceFile, applyEdits(sourceFile.text, edits)))
        unreadable.push(fileName);
      else if (edits.length + left.length > 0) files.push({ ...migration, sourceFile });
    }
  }
  return { files, fileCount: seen.size, unreadable, texts };
}

/** What is to be done to a file of a Program; `undefined` where nothing in it is about resources. */
export function migrateFile(
  compiler: typeof ts,
  program: ts.Program,
  sourceFile: ts.SourceFile,
  options: Options,
  migrate: (file: MigratedFile) => Migration,
): Migration | undefined {
  const checker = program.getTypeChecker(); // it sets `parent`, too
  const compilerOptions = program.getCompilerOptions();
  const { analysis } = analyzeFile({ tsInstance: compiler, sourceFile, options, compilerOptions });
  if (analysis === undefined) return undefined;
  const { model } = analysis;
  const types = typesOf(compiler, checker);
  return migrate({ tsInstance: compiler, sourceFile, model, options, checker, types });
}
