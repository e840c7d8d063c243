import type ts from "typescript";
import { lowerSourceFile } from "./2-lower/lower-source-file";
import { analyzeFile } from "./analyze-file";
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
  /**
   * What comes out is written as text that keeps its lines. A program then stands in its function wherever it could not stand
   * behind it on the same lines.
   */
  readonly keepsLines?: boolean;
}

/** Compiles the annotated functions of one file. Syntactic: it needs no Program, so transpile-only hosts can use it. */
export function transformSourceFile(
  { tsInstance, context, options, checker, report, keepsLines = false }: TransformSourceFile,
  sourceFile: ts.SourceFile,
): ts.SourceFile {
  const compilerOptions = context.getCompilerOptions();
  const file = analyzeFile({ tsInstance, sourceFile, checker, options, compilerOptions, keepsLines });
  for (const finding of file.findings()) report(finding);
  const plan = file.analysis?.plan;
  return plan === undefined ? sourceFile : lowerSourceFile(tsInstance, context, sourceFile, plan);
}
