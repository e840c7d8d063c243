// node measure-transform.mjs <kind> <count> <lowering|tsc>: prints what it takes to compile such a file.
//
// It does what `tsc` does with a file: parse, bind, check, transform, print. With the transform its rules run, too.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { wide } from "./large-files.mjs";

const transformer = createRequire(import.meta.url)("../dist/transformer/index.js");
const [kind, count, lowering] = process.argv.slice(2);

const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  strict: true,
  skipLibCheck: true,
};
const addDiagnostic = ({ messageText }) => {
  throw new Error(`a benchmark file does not compile: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
};
const before = (program) =>
  lowering === "tsc" ? [] : [transformer(program, { lowering }, { ts, addDiagnostic })];

function compile(source) {
  const file = fileURLToPath(new URL("input.ts", import.meta.url)); // in the package, where "ts-raii" is found
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? source : readFile(name));
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ...rest) : getSourceFile(name, ...rest);
  host.writeFile = () => {};
  const program = ts.createProgram([file], options, host);
  ts.getPreEmitDiagnostics(program).forEach(addDiagnostic);
  program.emit(undefined, undefined, undefined, undefined, { before: before(program) });
}

compile(wide[kind](50)); // warm
const source = wide[kind](Number(count));
const start = process.cpuUsage();
compile(source);
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ ms: (user + system) / 1000, lines: source.split("\n").length }));
