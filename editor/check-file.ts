import type ts from "typescript";
import { checkSourceFile } from "../transformer/check-source-file";
import type { Finding } from "../transformer/diagnostics/finding";
import type { Options } from "../transformer/diagnostics/options";
import type { EditorProject } from "./editor-project";

interface Checked {
  readonly options: Options;
  readonly findings: readonly Finding[];
}

/** A Program never changes: each edit of any of its files makes another. */
const checked = new WeakMap<ts.Program, Map<string, Checked>>();

/** All that is to be said of a file as it stands: found once, for diagnostics of every kind and their fixes. */
export function checkFile(project: EditorProject, fileName: string): readonly Finding[] {
  const { service, options } = project;
  const program = service.getProgram();
  const sourceFile = program?.getSourceFile(fileName);
  if (!project.isActive || program === undefined || sourceFile === undefined) return [];
  if (!isCompiled(program, sourceFile)) return [];

  let ofProgram = checked.get(program);
  if (ofProgram === undefined) checked.set(program, (ofProgram = new Map<string, Checked>()));
  const known = ofProgram.get(fileName);
  if (known?.options === options) return known.findings;

  const findings: Finding[] = [];
  checkSourceFile({
    tsInstance: project.tsInstance,
    sourceFile,
    checker: program.getTypeChecker(),
    options,
    compilerOptions: program.getCompilerOptions(),
    report: (finding) => findings.push(finding),
    onInternalError: project.log,
  });
  ofProgram.set(fileName, { options, findings });
  return findings;
}

/** Whether a build would emit the file, and so transform it. */
export function isCompiled(program: ts.Program, sourceFile: ts.SourceFile): boolean {
  return (
    !sourceFile.isDeclarationFile &&
    !sourceFile.fileName.endsWith(".json") &&
    !program.isSourceFileFromExternalLibrary(sourceFile)
  );
}
