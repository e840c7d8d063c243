import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { compilers, lowerings } from "../harness/compile.ts";
import { loweringOf } from "../harness/emit-program.ts";
import { sample } from "../harness/sample.ts";
import { expected, type Form, sourceOf } from "./forms.ts";

/*
 * Whole programs on disk, in packages of both types, emitted without helpers and run by Node: what each file is emitted as
 * is up to the compiler, and the emitted code has to fit.
 */

const { ModuleKind, ScriptTarget } = ts;
const root = join(import.meta.dirname, "../..");
mkdirSync(join(root, ".tmp"), { recursive: true });
const folder = mkdtempSync(join(root, ".tmp/formats-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = ["plain.ts", "common.cts", "module.mts"] as const;
const settings: Record<string, ts.CompilerOptions> = {
  node16: { module: ModuleKind.Node16 },
  "nodenext, isolatedModules, importHelpers": {
    module: ModuleKind.NodeNext,
    isolatedModules: true,
    importHelpers: true,
    noEmitHelpers: false,
  },
};

function build(
  compiler: typeof ts,
  name: string,
  type: string,
  options: ts.CompilerOptions,
  forms: Record<string, Form>,
  lowering: (typeof lowerings)[number],
): string {
  const home = mkdtempSync(join(folder, "package-"));
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "program", type }));
  mkdirSync(join(home, "node_modules"));
  symlinkSync(root, join(home, "node_modules/ts-raii"), "junction");
  for (const [file, form] of Object.entries(forms)) writeFileSync(join(home, file), sourceOf(form));
  const program = compiler.createProgram({
    rootNames: Object.keys(forms).map((file) => join(home, file)),
    options: {
      target: ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
      types: [],
      strict: true,
      skipLibCheck: true,
      noEmitHelpers: true,
      outDir: join(home, "out"),
      rootDir: home,
      ...options,
    },
  });
  const errors = compiler
    .getPreEmitDiagnostics(program)
    .filter(({ code }) => code !== 2354) // tslib is missing: here that is what is wanted
    .map(({ messageText }) => compiler.flattenDiagnosticMessageText(messageText, "\n"));
  expect(errors, name).toEqual([]);
  const before = [loweringOf(program, lowering, compiler)];
  program.emit(undefined, undefined, undefined, undefined, { before });
  writeFileSync(join(home, "out/package.json"), JSON.stringify({ type }));
  return join(home, "out");
}

/** What each module's `main` gives, all in one process. */
function runAll(modules: readonly string[]): Record<string, string> {
  const runner = join(folder, "runner.mjs");
  writeFileSync(
    runner,
    `import { pathToFileURL } from "node:url";
    const results = {};
    for (const file of ${JSON.stringify(modules)}) {
      try { const loaded = await import(pathToFileURL(file)); results[file] = await (loaded.main ?? loaded.default.main)(); }
      catch (error) { results[file] = String(error.stack); }
    }
    console.log(JSON.stringify(results));`,
  );
  return JSON.parse(execFileSync(process.execPath, [runner], { encoding: "utf8" }));
}

describe.each(sample(Object.entries(compilers), 2))("programs, %s", (_, compiler) => {
  it.each(lowerings)("run without helpers, %s lowering", (lowering) => {
    const modules: string[] = [];
    for (const type of ["commonjs", "module"]) {
      for (const [name, options] of Object.entries(settings)) {
        const forms = Object.fromEntries(files.map((file) => [file, "named" as Form]));
        const out = build(compiler, `${name}, ${type}`, type, options, forms, lowering);
        modules.push(...["plain.js", "common.cjs", "module.mjs"].map((file) => join(out, file)));
      }
    }
    const results = runAll(modules);
    for (const file of modules) expect(results[file], file).toBe(expected);
  });
});
