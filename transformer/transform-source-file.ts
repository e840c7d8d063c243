import type ts from "typescript";
import { analyzeSourceFile } from "./1-analyze/analyze-source-file";
import { lowerSourceFile } from "./2-lower/lower-source-file";
import { checkAnalysis } from "./check-source-file";
import type { Finding } from "./diagnostics/finding";
import type { Options } from "./diagnostics/options";

export interface TransformSourceFile {
  /** The host's TypeScript: nodes of two compilers do not mix. */
  readonly tsInstance: typeof ts;
  readonly context: ts.TransformationContext;
  readonly options: Options;
  /** The checker of the host's Program, where there is one: what it finds is reported and changes nothing that is emitted. */
  readonly checker?: ts.TypeChecker | undefined;
  readonly report: (finding: Finding) => void;
}

/** Compiles the annotated functions of one file. Syntactic: it needs no Program, so transpile-only hosts can use it. */
export function transformSourceFile(
  { tsInstance, context, options, checker, report }: TransformSourceFile,
  sourceFile: ts.SourceFile,
): ts.SourceFile {
  const compilerOptions = context.getCompilerOptions();
  const analyze = (file: ts.SourceFile, findings: Finding[]) =>
    analyzeSourceFile(tsInstance, file, options, compilerOptions, (finding) => findings.push(finding));
  const findings: Finding[] = [];
  const analysis = analyze(sourceFile, findings);

  // Types and parents belong to what was parsed: a transformer before this one may have made the file anew.
  const parsed = parsedFile(tsInstance, sourceFile);
  const ofParsed = parsed === sourceFile ? analysis : analyze(parsed, []);
  checkAnalysis(
    { tsInstance, sourceFile: parsed, options, checker, compilerOptions, report },
    ofParsed,
    findings,
  );

  return analysis?.plan === undefined
    ? sourceFile
    : lowerSourceFile(tsInstance, context, sourceFile, analysis.plan);
}

/** The file as it was parsed, with `parent` set on its nodes. */
function parsedFile(tsInstance: typeof ts, sourceFile: ts.SourceFile): ts.SourceFile {
  const original = tsInstance.getOriginalNode(sourceFile) as ts.SourceFile;
  const [first] = original.statements;
  if (first === undefined || (first.parent as ts.Node | undefined) !== undefined) return original;
  const { fileName, text, languageVersion } = original;
  const kind = /x$/.test(fileName) ? tsInstance.ScriptKind.TSX : tsInstance.ScriptKind.TS;
  return tsInstance.createSourceFile(fileName, text, languageVersion, true, kind);
}
