import type ts from "typescript";
import { type AnalyzedFile, analyzeFile } from "../transformer/analyze-file";
import type { Options } from "../transformer/diagnostics/options";
import { isCompiled } from "../transformer/syntax/is-compiled";
import type { EditorProject } from "./editor-project";

/** A file of a project, with what is known of it. */
export interface ProjectFile extends AnalyzedFile {
  readonly sourceFile: ts.SourceFile;
}

interface Known {
  readonly options: Options;
  readonly file: ProjectFile;
}

/**
 * What all parts of the plugin share. It is kept for each Program, too, because types may come from any file: an edit of
 * one file makes another Program.
 */
const analyzed = new WeakMap<ts.Program, WeakMap<ts.SourceFile, Known>>();

/** The analysis of a file as it stands; `undefined` where the plugin has nothing to do with it. */
export function analyzedFile(project: EditorProject, fileName: string): ProjectFile | undefined {
  const { service, options, tsInstance } = project;
  const program = service.getProgram();
  const sourceFile = program?.getSourceFile(fileName);
  if (!project.isActive || program === undefined || sourceFile === undefined) return undefined;
  if (!isCompiled(program, sourceFile)) return undefined;

  let files = analyzed.get(program);
  if (files === undefined) analyzed.set(program, (files = new WeakMap<ts.SourceFile, Known>()));
  const known = files.get(sourceFile);
  if (known?.options === options) return known.file;
  const file = {
    sourceFile,
    ...analyzeFile({
      tsInstance,
      sourceFile,
      checker: program.getTypeChecker(),
      options,
      compilerOptions: program.getCompilerOptions(),
      onInternalError: project.log,
    }),
  };
  files.set(sourceFile, { options, file });
  return file;
}
