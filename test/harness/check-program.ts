import { join } from "node:path";
import ts from "typescript";
import { analyzeFile } from "../../transformer/analyze-file.ts";
import type { Finding } from "../../transformer/diagnostics/finding.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";

const root = join(import.meta.dirname, "../..");

/**
 * A Program over files of the fixtures, to which "ts-raii" is the runtime in this repository.
 * @param more options in the form of tsconfig.json.
 */
export function createCheckProgram(files: readonly string[], compiler = ts, more: object = {}): ts.Program {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts"],
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    experimentalDecorators: false,
    paths: { "ts-raii": [join(root, "runtime/index.ts")] },
    typeRoots: [join(root, "node_modules/@types")],
    ...compiler.convertCompilerOptionsFromJson(more, root).options,
  };
  return compiler.createProgram({ rootNames: files, options });
}

/** All that is said of one file of a Program; a rule that fails fails the test. */
export function findingsOf(
  program: ts.Program,
  fileName: string,
  config: object = {},
  compiler = ts,
): Finding[] {
  const findings: Finding[] = [];
  const options = parseOptions(config, (finding) => findings.push(finding));
  const file = analyzeFile({
    tsInstance: compiler,
    sourceFile: program.getSourceFile(fileName)!,
    checker: program.getTypeChecker(),
    options,
    compilerOptions: program.getCompilerOptions(),
    onInternalError: (error) => {
      throw error;
    },
  });
  return [...findings, ...file.findings()];
}
