import { resolve } from "node:path";
import type ts from "typescript";
import { analyzeFile } from "../../transformer/analyze-file";
import { messageOf } from "../../transformer/diagnostics/create-diagnostic";
import type { Finding, Fix } from "../../transformer/diagnostics/finding";
import { optionsOfUsing, parseOptions } from "../../transformer/diagnostics/options";
import { automaticFix, fixesOf } from "../../transformer/fixes/fixes-of";
import { isCompiled } from "../../transformer/syntax/is-compiled";
import type { Project } from "../read-project";

/** A finding with the fixes that an editor would offer. */
export interface CheckedFinding extends Finding {
  /** Every way to make it go away, the best first. */
  readonly fixes: readonly Fix[];
  /** The one of them that `--fix` makes. */
  readonly automaticFix: Fix | undefined;
}

/** What is found in some projects. */
export interface Checked {
  /** In the order of the projects, their files, and the text; those of the configuration come first. */
  readonly findings: readonly CheckedFinding[];
  readonly fileCount: number;
  /** Files that TypeScript itself cannot read to the end: not all may have been found in them. */
  readonly unreadable: readonly string[];
  /** Rules that failed on a file. */
  readonly internalErrors: readonly { readonly fileName: string; readonly error: unknown }[];
}

/** What is checked, besides the files as they are. */
export interface CheckOptions {
  /** The projects have no raii: the rules look at `using`, and advise what that can do. */
  readonly withoutRaii?: boolean;
  /** What files contain that have been changed and not been written. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** Checks the files of projects as their build does: the same analysis, rules and options. */
export function checkProjects(
  compiler: typeof ts,
  projects: readonly Project[],
  { withoutRaii = false, texts }: CheckOptions = {},
): Checked {
  const ofConfiguration: CheckedFinding[] = [];
  const ofFiles: CheckedFinding[] = [];
  const unreadable: string[] = [];
  const internalErrors: { fileName: string; error: unknown }[] = [];
  const checked = new Set<string>();

  for (const { parsed, entries } of projects) {
    // An option that several projects inherit is said once.
    const ofEntry = parseOptions(entries[0], (finding) => {
      if (!ofConfiguration.some((each) => messageOf(each) === messageOf(finding)))
        ofConfiguration.push({ ...finding, fixes: [], automaticFix: undefined });
    });
    const options = withoutRaii ? optionsOfUsing(ofEntry) : ofEntry;
    if (parsed.fileNames.length === 0) continue; // it only references others
    const program = createProgram(compiler, parsed, texts);
    const checker = program.getTypeChecker();
    for (const sourceFile of program.getSourceFiles()) {
      const fileName = resolve(sourceFile.fileName);
      // What a referenced project contains has been checked with it.
      if (!isCompiled(program, sourceFile) || checked.has(fileName)) continue;
      checked.add(fileName);
      if (program.getSyntacticDiagnostics(sourceFile).length > 0) unreadable.push(fileName);
      const file = analyzeFile({
        tsInstance: compiler,
        sourceFile,
        checker,
        options,
        withoutRaii,
        compilerOptions: parsed.options,
        onInternalError: (error) => internalErrors.push({ fileName, error }),
      });
      for (const finding of file.findings()) {
        const fixes = fixesOf(compiler, sourceFile, options, finding);
        ofFiles.push({ ...finding, fixes, automaticFix: automaticFix(finding, fixes) });
      }
    }
  }
  return { findings: [...ofConfiguration, ...ofFiles], fileCount: checked.size, unreadable, internalErrors };
}

/** Makes the Program of a project. @param texts what files contain that have been changed and not been written. */
export function createProgram(
  compiler: typeof ts,
  {
    fileNames,
    options,
    projectReferences,
  }: Pick<ts.ParsedCommandLine, "fileNames" | "options" | "projectReferences">,
  texts: ReadonlyMap<string, string> = new Map(),
): ts.Program {
  const host = compiler.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (fileName) => texts.get(resolve(fileName)) ?? readFile.call(host, fileName);
  // A referenced project is read from its sources, as in an editor: it need not have been built. (Not among the types.)
  Object.assign(host, { useSourceOfProjectReferenceRedirect: () => true });
  return compiler.createProgram({
    rootNames: fileNames,
    options,
    host,
    ...(projectReferences !== undefined && { projectReferences }),
  });
}
