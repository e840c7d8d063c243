import type ts from "typescript";
import { analyzeSourceFile } from "./1-analyze/analyze-source-file";
import { lowerSourceFile } from "./2-lower/lower-source-file";
import type { Finding } from "./diagnostics";
import type { Options } from "./options";

export interface TransformSourceFile {
  /** The host's TypeScript: nodes of two compilers do not mix. */
  readonly tsInstance: typeof ts;
  readonly context: ts.TransformationContext;
  readonly options: Options;
  readonly report: (finding: Finding) => void;
}

/** Compiles the annotated functions of one file. Syntactic: it needs no Program, so transpile-only hosts can use it. */
export function transformSourceFile(
  { tsInstance, context, options, report }: TransformSourceFile,
  sourceFile: ts.SourceFile,
): ts.SourceFile {
  const plan = analyzeSourceFile(tsInstance, sourceFile, options, context.getCompilerOptions(), report);
  return plan === undefined ? sourceFile : lowerSourceFile(tsInstance, context, sourceFile, plan);
}
