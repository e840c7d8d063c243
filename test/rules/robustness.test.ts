import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { analyzeFile } from "../../transformer/analyze-file.ts";
import type { Finding } from "../../transformer/diagnostics/finding.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { createCheckProgram, findingsOf } from "../harness/check-program.ts";
import { compile, compilers, lowerings } from "../harness/compile.ts";
import { createInMemoryHost } from "../harness/in-memory-host.ts";
import { isWhole, sample } from "../harness/sample.ts";

const root = join(import.meta.dirname, "../..");

/** Checks one text as a file of its own beside the runtime; a rule that fails fails the test. */
function check(
  text: string,
  compiler = ts,
  fileName = join(root, "fixtures/corpus/text.ts"),
): readonly Finding[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    types: [],
    strict: true,
    allowJs: true,
    jsx: ts.JsxEmit.Preserve,
    paths: { "ts-raii": [join(root, "runtime/index.ts")] },
  };
  const host = createInMemoryHost(new Map([[fileName, text]]), options, compiler);
  const program = compiler.createProgram([fileName], options, host);
  const findings = analyzeFile({
    tsInstance: compiler,
    sourceFile: program.getSourceFile(fileName)!,
    checker: program.getTypeChecker(),
    options: parseOptions({ severity: { "forgotten-disposable": "warning" } }, () => {}),
    onInternalError: (error) => {
      throw error;
    },
  }).findings();
  for (const { start = -1, length = -1 } of findings) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(start + length).toBeLessThanOrEqual(text.length);
  }
  return findings;
}

/** Compiles one text, and says what the transform threw that the compiler alone does not. */
function transform(text: string, compiler = ts): void {
  for (const lowering of lowerings) {
    try {
      compile(text, { compiler, lowering, fileName: "text.ts" });
    } catch (error) {
      compile(text, { compiler, transform: false, fileName: "text.ts" });
      throw error;
    }
  }
}

const sources = [
  "fixtures/corpus/return.ts",
  "fixtures/corpus/assign.ts",
  "fixtures/error/escape-by-promise/input.ts",
];

describe.each(sample(Object.entries(compilers), 2))(
  "the rules on code that is not finished, %s",
  (_, compiler) => {
    it.each(sources)("%s, cut off anywhere", (path) => {
      const text = readFileSync(join(root, path), "utf8");
      const parts = Array.from({ length: 12 }, (_, index) => (index + 1) / 13);
      for (const part of sample(parts, 3)) check(text.slice(0, Math.floor(text.length * part)), compiler);
    });

    it.each(sources)("%s, with tokens left out", (path) => {
      const text = readFileSync(join(root, path), "utf8");
      let state = 7;
      for (let round = 0; round < (isWhole ? 8 : 2); round++) {
        const broken = text.replace(/[(){};=]|\b(?:const|return|await|using|function)\b/g, (token) => {
          state = (state * 1103515245 + 12345) % 2 ** 31;
          return state % 12 === 0 ? "" : token;
        });
        check(broken, compiler);
      }
    });

    it.each([
      "using",
      "using x",
      "await using x =",
      "for (using x of",
      "const { raii } = require(",
      'import { raii } from "ts-raii"; raii',
      'import { raii } from "ts-raii"; function f() { "use raii"; return raii( }',
      'import { raii } from "ts-raii"; function f() { "use raii"; const { a, b: [c] } = raii(); a = c; return raii(raii(raii())).',
      'import * as n from "ts-raii"; n.raii(n).raii; export { n, ',
      "function f() { using a = b, b = a; return a; }",
      "function f() { let a = b; let b = a; using c = a; return b; }",
      "function f() { using a = f(); return f; }",
      "class A { x = class extends A { y = this; }; m() { using a = new A(); this.x = a; return () => this.m(); } }",
      "type T = { next: T } & Disposable; declare const t: T; function f() { using a = t.next.next; return a.next; }",
      "interface I extends I, Disposable {} declare const i: I; function f() { using a = i; return [a]; }",
      "label: { using a = null; break label; }",
      // The declaration of a namespace is a file, which stands in nothing.
      'import * as all from "ts-raii"; function f() { using a = open(); all.push(a); all.map(() => a); }',
      'import { raii } from "ts-raii"; class A { [key: string]; m() { "use raii"; raii(x); } }',
      'import { raii } from "ts-raii"; type M = { [k in ] }; function f(): x is { "use raii"; raii(x); }',
      "",
    ])("%j", (text) => {
      check(text, compiler);
      transform(text, compiler);
    });
  },
);

describe("the rules on other files", () => {
  it("JavaScript, and JSX", () => {
    const js = "export function f() { using a = open(); return a; }";
    expect(check(js, ts, join(root, "fixtures/corpus/text.js")).map(({ key }) => key)).toEqual(["escape"]);
    const jsx = "export function F() { using a = open(); return <b onClick={() => a.close()}>{a.name}</b>; }";
    check(jsx, ts, join(root, "fixtures/corpus/text.tsx"));
  });

  it("every source of this repository: nothing is found in them", () => {
    const sources = ["runtime", "transformer", "editor", "cli"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(root, folder, name)),
    );
    const tried = sample(sources, 4);
    expect(tried.length).toBeGreaterThan(50);
    const program = createCheckProgram(tried);
    for (const source of tried) expect(findingsOf(program, source), source).toEqual([]);
  });

  it(`${isWhole ? 50_000 : 5_000} lines, the same names in each function`, () => {
    const count = isWhole ? 4600 : 460;
    const one = (index: number) => `
      export function f${index}(all: Disposable[]): unknown {
        using file = open();
        const read = () => file.name;
        let last: unknown;
        for (const each of all) {
          using held = each;
          last = held;
        }
        if (all.length > 1) return { read };
        return last;
      }`;
    const text = `declare function open(): Disposable & { name: string };${Array.from({ length: count }, (_, i) => one(i)).join("")}`;
    expect(text.split("\n").length).toBeGreaterThan(10 * count);
    const keys = check(text).map(({ key }) => key);
    expect(keys.filter((key) => key === "escape")).toHaveLength(count);
    expect(keys.filter((key) => key === "use-after-release")).toHaveLength(count);
  });

  it("chains of thousands of operators and calls", () => {
    const sum = Array.from({ length: 4000 }, () => "file.name").join(" + ");
    const calls = "file" + ".self()".repeat(300);
    const text = `interface F extends Disposable { name: string; self(): F } declare const open: () => F;
      export function f() { using file = open(); return ${sum}; }
      export function g() { using file = open(); return ${calls}.name; }`;
    expect(check(text)).toEqual([]);
  });
});
