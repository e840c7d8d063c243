import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createTools, type Tools } from "../fixtures/exec/tools.ts";
import { compile, compilers } from "./harness/compile.ts";
import { evaluate } from "./harness/evaluate.ts";
import { flattenError } from "./harness/flatten-error.ts";
import { sayWithUsing } from "./harness/using-oracle.ts";

const root = join(import.meta.dirname, "../fixtures/exec");
const fixtures = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.includes("/") && path.endsWith(".ts") && !path.endsWith(".oracle.ts"))
  .sort();

/** Runs a module's default export, twice, and gives everything that can be observed of it. */
function observe(code: string, fileName: string): string[] {
  const { default: main } = evaluate(code, fileName) as { default: (tools: Tools) => unknown };
  const run = (): string[] => {
    const { tools, log } = createTools();
    try {
      log.push(`returned ${String(main(tools))}`);
    } catch (error) {
      log.push(`threw ${flattenError(error)}`);
    }
    return log;
  };
  return [...run(), "again:", ...run()]; // what the first run leaves behind shows in the second
}

/** The fixture in other words: with `using`, or by hand where that cannot say it. */
function oracleOf(path: string, source: string): string {
  const byHand = join(root, path.replace(/\.ts$/, ".oracle.ts"));
  const said = sayWithUsing(source);
  if (existsSync(byHand)) return readFileSync(byHand, "utf8");
  if ("unsayable" in said)
    throw new Error(`${path} needs an .oracle.ts: using cannot say\n${said.unsayable}`);
  return said.text;
}

/** What the module format changes is what a name means: in CommonJS the compiler rewrites each use of an import. */
const formats = { CommonJS: ts.ModuleKind.CommonJS, "ES modules": ts.ModuleKind.ESNext };
const compilations = Object.entries(compilers).flatMap(([version, compiler]) =>
  Object.entries(formats).map(([format, module]) => ({ version, compiler, format, module })),
);

describe.each(compilations)(
  "fixtures/exec under the program lowering, $version, $format",
  ({ compiler, module }) => {
    it.each(fixtures)("%s behaves as its oracle", (path) => {
      const source = readFileSync(join(root, path), "utf8");
      if (module === ts.ModuleKind.ESNext && / = require\(/.test(source)) return; // sayable in CommonJS only
      const compiled = compile(source, { compiler, fileName: path, compilerOptions: { module } });
      expect(compiled.diagnostics.map(({ messageText }) => messageText)).toEqual([]);
      const oracle = compile(oracleOf(path, source), { compiler, fileName: path, transform: false });
      // An ES module is evaluated as the CommonJS that TypeScript makes of it: each name still means what it says there.
      const { code } = compile(compiled.code, { compiler, fileName: path, transform: false });

      const log = observe(code, path);
      expect(log).toEqual(observe(oracle.code, path));
      expect(log.some((line) => line.startsWith("+"))).toBe(true); // a fixture that acquires nothing shows nothing
    });
  },
);
