// Runs in a process of its own: compiles a probe as the project's `tspc` would, and writes what came of it to standard output.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type ts from "typescript";
import { probeText } from "./probe/probe-text";

const [configPath = "", importSource = "ts-raii"] = process.argv.slice(2);
const folder = dirname(configPath);
const compiler = createRequire(join(folder, "package.json"))("ts-patch/compiler") as typeof ts;

const probe = join(folder, "ts-raii-probe.ts");
const text = probeText(importSource);

const parsed = compiler.getParsedCommandLineOfConfigFile(
  configPath,
  // Only one file, and nothing beside it.
  { noEmit: false, emitDeclarationOnly: false, declaration: false, composite: false, incremental: false },
  { ...compiler.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
);
const options: ts.CompilerOptions = { ...parsed?.options, noEmitOnError: false };
for (const name of ["outDir", "outFile", "rootDir", "tsBuildInfoFile", "declarationMap", "declarationDir"])
  delete options[name];

const host = compiler.createCompilerHost(options);
const { fileExists, readFile } = host;
host.fileExists = (fileName) => isProbe(fileName) || fileExists.call(host, fileName);
host.readFile = (fileName) => (isProbe(fileName) ? text : readFile.call(host, fileName));
const output: string[] = [];
const program = compiler.createProgram({ rootNames: [probe], options, host });
program.emit(program.getSourceFile(probe), (fileName, written) => {
  if (/\.[cm]?jsx?$/.test(fileName)) output.push(written);
});
process.stdout.write(JSON.stringify({ version: compiler.version, output: output.join("\n") }));

function isProbe(fileName: string): boolean {
  return fileName.endsWith("/ts-raii-probe.ts") || fileName === probe;
}
