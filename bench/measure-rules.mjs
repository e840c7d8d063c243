// node measure-rules.mjs <folder> <options> <raii|using>: compiles the sources in a folder as `tsc` does, and then runs the rules
// over them. Prints JSON: the seconds of each, and how many findings there are. A process of its own, for nothing must be warm.
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { loadSource } from "../scripts/load-source.mjs";

const { analyzeFile } = loadSource("transformer/analyze-file.ts");
const { optionsOfUsing, parseOptions } = loadSource("transformer/diagnostics/options.ts");
const { isCompiled } = loadSource("transformer/syntax/is-compiled.ts");

const [folder, compilerOptions, mode] = process.argv.slice(2);
const withoutRaii = mode === "using";
const defaults = parseOptions({}, () => {});
const options = withoutRaii ? optionsOfUsing(defaults) : defaults;

/** The processor's time: the clock on the wall also counts what else the machine does. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const files = readdirSync(folder, { recursive: true })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
  .map((file) => resolve(folder, file));

const started = now();
const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
  typeRoots: [fileURLToPath(new URL("../node_modules/@types", import.meta.url))],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  ...JSON.parse(compilerOptions),
});
const errors = ts.getPreEmitDiagnostics(program).length;
program.emit(undefined, () => {});
const compiled = now();

const checker = program.getTypeChecker();
const sources = program.getSourceFiles().filter((each) => isCompiled(program, each));
const analyzed = sources.map((sourceFile) =>
  analyzeFile({
    tsInstance: ts,
    sourceFile,
    checker,
    options,
    withoutRaii,
    compilerOptions: program.getCompilerOptions(),
    onInternalError: (error) => {
      throw error;
    },
  }),
);
const walked = now();
const findings = analyzed.reduce((sum, each) => sum + each.findings().length, 0);
const done = now();

const lines = sources.reduce((sum, { text }) => sum + text.split("\n").length, 0);
console.log(
  JSON.stringify({
    ...{ files: sources.length, lines, errors, findings },
    seconds: { tsc: compiled - started, analysis: walked - compiled, rules: done - walked },
  }),
);
