// node build.mjs <package> <folder>: type-checks the sources in the folder and emits them into <folder>/out: "plain",
// without the plugin, "program" and "inline" with it. Prints JSON. A process of its own, for what it measures.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { packages } from "./packages.mjs";

const transformer = createRequire(import.meta.url)("../../dist/transformer/index.js");

const [name, folder] = process.argv.slice(2);
const { options, isSource } = packages.find((each) => each.name === name);
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && isSource(file))
  .map((file) => resolve(folder, file));

const seconds = { check: 0, emit: {}, transform: {} };

/** The processor's time: the clock on the wall also counts what else the machine does. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const started = now();
const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
  typeRoots: [fileURLToPath(new URL("../../node_modules/@types", import.meta.url))],
  types: ["node"],
  skipLibCheck: true,
  rootDir: folder,
  ...options,
});
const errors = ts.getPreEmitDiagnostics(program).map(describe);
seconds.check = now() - started;

const findings = new Set();
const emitted = {};
for (const variant of ["plain", "program", "inline"]) {
  const started = now();
  const texts = new Map();
  const write = (file, text) => texts.set(relative(folder, file), text);
  program.emit(undefined, write, undefined, undefined, {
    before: variant === "plain" ? [] : [timed(variant)],
  });
  seconds.emit[variant] = now() - started;
  for (const [file, text] of texts) {
    const path = resolve(folder, "out", variant, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  emitted[variant] = texts;
}

/** The transformer of this checkout, and how long it takes. */
function timed(lowering) {
  seconds.transform[lowering] = 0;
  const addDiagnostic = (diagnostic) => findings.add(describe(diagnostic));
  const factory = transformer(program, { lowering }, { ts, addDiagnostic });
  return (context) => {
    const transform = factory(context);
    return (sourceFile) => {
      const started = now();
      const result = transform(sourceFile);
      seconds.transform[lowering] += now() - started;
      return result;
    };
  };
}

function describe({ file, start, code, messageText }) {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  const text = ts.flattenDiagnosticMessageText(messageText, " ");
  return `${file ? relative(folder, file.fileName) : ""}:${line} TS${code} ${text}`;
}

const differing = [...emitted.plain].filter(([file, text]) => emitted.program.get(file) !== text);
const result = { files: files.length, errors, findings: [...findings], seconds };
console.log(JSON.stringify({ ...result, differing: differing.map(([file]) => file) }));
