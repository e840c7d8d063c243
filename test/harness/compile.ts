import ts from "typescript";
import ts5 from "typescript-5";
import { createDiagnostic, severityOf } from "../../transformer/diagnostics/create-diagnostic.ts";
import type { Finding } from "../../transformer/diagnostics/finding.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { transformSourceFile } from "../../transformer/transform-source-file.ts";

/** The compilers the transform is tested with. */
export const compilers = { "TypeScript 6": ts, "TypeScript 5.9": ts5 as unknown as typeof ts } as const;

/** The ways to lower a function that can be lowered in either. */
export const lowerings = ["program", "inline"] as const;
export type Lowering = (typeof lowerings)[number];

export interface CompileOptions {
  readonly compiler?: typeof ts;
  readonly fileName?: string;
  /** The plugin option of this name. */
  readonly lowering?: Lowering;
  /** Programs stand on the lines of their functions, as in the text that `ts-raii/api` writes. */
  readonly keepsLines?: boolean;
  /** Without it, only TypeScript's own emit: what the oracles are compiled with. */
  readonly transform?: boolean;
  /** The transform to use, if it is not the one of this repository. */
  readonly transformSourceFile?: typeof transformSourceFile;
  readonly compilerOptions?: ts.CompilerOptions;
  /** Is shown the tree that is printed. */
  readonly after?: ts.TransformerFactory<ts.SourceFile>;
}

export interface Compiled {
  readonly code: string;
  readonly map: string | undefined;
  readonly findings: readonly Finding[];
  /** The findings as a host prints them: no suggestions. */
  readonly diagnostics: readonly ts.Diagnostic[];
}

/** Compiles one file as a transpile-only host does, to CommonJS unless told otherwise. */
export function compile(source: string, options: CompileOptions = {}): Compiled {
  const { compiler = ts, fileName = "input.ts", lowering, transform = true, compilerOptions = {} } = options;
  const { keepsLines = false } = options;
  const findings: Finding[] = [];
  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (sourceFile) =>
    (options.transformSourceFile ?? transformSourceFile)(
      {
        tsInstance: compiler,
        context,
        options: parseOptions(lowering === undefined ? {} : { lowering }, (finding) =>
          findings.push(finding),
        ),
        report: (finding) => findings.push(finding),
        keepsLines,
      },
      sourceFile,
    );
  const { outputText, sourceMapText } = compiler.transpileModule(source, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      sourceMap: true,
      ...compilerOptions,
    },
    transformers: {
      before: transform ? [before] : [],
      after: options.after === undefined ? [] : [options.after],
    },
  });
  return {
    code: outputText,
    map: sourceMapText,
    findings,
    diagnostics: findings
      .filter((finding) => severityOf(finding) !== "suggestion")
      .map((finding) => createDiagnostic(compiler, finding)),
  };
}
