import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { findLeftovers } from "../../hosts/find-leftovers.ts";
import { transform } from "../../source/index.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { sample } from "../harness/sample.ts";

const root = join(import.meta.dirname, "../../fixtures");
const files = ["exec", "emit"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.[jt]sx?$/.test(path) && !path.endsWith(".d.ts"))
    .map((path) => join(folder, path)),
);
const modules = { "ES module": ts.ModuleKind.ESNext, CommonJS: ts.ModuleKind.CommonJS };
const leftovers = (text: string, id = "input.ts", sources = ["ts-raii"]): readonly string[] =>
  findLeftovers(text, id, sources, ts).map(({ name, line, column }) => `${name} ${line}:${column}`);

describe.each(lowerings)("what the %s lowering emits has none", (lowering) => {
  describe.each(Object.entries(modules))("as %s", (_, module) => {
    it.each(sample(files, 24))("%s", (path) => {
      const source = readFileSync(join(root, path), "utf8");
      const { code, findings } = compile(source, { fileName: path, lowering, compilerOptions: { module } });
      if (findings.some(({ key }) => key.startsWith("raii-"))) return; // it throws there, and the build says so
      expect(leftovers(code, path.replace(/tsx?$/, "js"))).toEqual([]);
    });
  });

  it.each(sample(files, 24))("as text: %s", (path) => {
    const source = readFileSync(join(root, path), "utf8");
    let isReported = false;
    const compiled = transform(source, path, {
      lowering,
      typescript: ts,
      onDiagnostic: () => (isReported = true),
    });
    if (compiled === undefined || isReported) return;
    expect(leftovers(compiled.code, path)).toEqual([]);
  });
});

describe("each call in what nobody has compiled is one", () => {
  const imports = {
    "by its name": ['import { raii, move, moveAsync } from "ts-raii";', ""],
    "by another name": ['import { raii as r1, move as r2, moveAsync as r3 } from "ts-raii";', ""],
    "through a namespace": ['import * as ns from "ts-raii";', "ns."],
    "through a default import": ['import ns from "ts-raii";', "ns."],
  } as const;
  const calls = [
    "raii(x)",
    "raii.function(x)",
    "move(x)",
    "moveAsync(x)",
    "raii?.(x)",
    'raii["function"](x)',
    "(raii)(x)",
  ];
  const places: readonly ((call: string) => string)[] = [
    (call) => call,
    (call) => `const f = () => { "use raii"; return ${call}; };`,
    (call) => `class A { #b = 1; async *m() { for (const y of z) { const { c } = await ${call}; } } }`,
    (call) => `switch (1) { case ${call}: { let raiiOther; } }`,
    (call) => `const { a = ${call} } = {};`,
    (call) => `label: for (let i = 0; ; ) { try { throw ${call}; } catch ({ message }) { break label; } }`,
  ];
  describe.each(Object.entries(imports))("%s", (kind, [statement, prefix]) => {
    it.each(Object.entries(modules))("as %s", (name, module) => {
      for (const call of calls) {
        const local =
          kind === "by another name"
            ? call.replace("raii", "r1").replace("moveAsync", "r3").replace("move", "r2")
            : call;
        for (const place of places) {
          const source = `${statement}\n${place(local.replace(/^\(?/, `$&${prefix}`))}\nexport {};`;
          const { outputText } = ts.transpileModule(source, {
            compilerOptions: { module, target: ts.ScriptTarget.ESNext, esModuleInterop: true },
          });
          const marker = call.startsWith("move")
            ? call.replace("(x)", "")
            : call.includes("function")
              ? "raii.function"
              : "raii";
          const found = findLeftovers(outputText, "input.js", ["ts-raii"], ts);
          expect(
            found.map((each) => each.name),
            `${name}\n${outputText}`,
          ).toEqual([marker]);
          const [line, column] = [outputText.split("\n")[found[0]!.line - 1]!, found[0]!.column];
          expect(line.slice(column)).toMatch(/^\(?(0, )?[\w.]*(raii|move|r[123])/);
        }
      }
    });
  });

  it("also what bundlers make of an import", () => {
    const text = `var import_ts_raii = __toESM(require("ts-raii"), 1); (0, import_ts_raii.raii)(x);
const { raii: other } = require("ts-raii"); other(y);
import def from "ts-raii"; def.default.raii(z);`;
    expect(leftovers(text, "input.js")).toEqual(["raii 1:53", "raii 2:44", "raii 3:27"]);
  });

  it("and of a package that exports ts-raii again, where that is the import source", () => {
    const text = 'import { raii } from "resources"; import { raii as own } from "ts-raii"; raii(x); own(x);';
    expect(leftovers(text)).toEqual(["own 1:82"].map((each) => each.replace("own", "raii")));
    expect(leftovers(text, "input.ts", ["resources", "ts-raii"])).toEqual(["raii 1:73", "raii 1:82"]);
  });
});

it("a name that is declared anew is none, whatever declares it", () => {
  const bodies = [
    "function f(raii) { raii(x); }",
    "function f({ raii }) { raii(x); }",
    "function f() { raii(x); { var raii = y; } }",
    "{ raii(x); const raii = y; }",
    "{ raii(x); function raii() {} }",
    "(function raii() { raii(x); });",
    "(class raii { static m() { raii(x); } });",
    "try {} catch (raii) { raii(x); }",
    "for (const raii of y) raii(x);",
    "for (let raii = 0; raii(x); ) ;",
    "switch (y) { case 1: let raii; default: raii(x); }",
  ];
  for (const body of bodies) {
    const text = `import { raii } from "ts-raii"; ${body} `;
    expect(leftovers(text), body).toEqual([]);
    expect(leftovers(`${text} raii(x);`), body).toHaveLength(1);
  }
});

it("what is no value, or is not called, is none", () => {
  const text = `import type { raii as T } from "ts-raii"; import { type raii as U, raii } from "ts-raii"; import { raii as V } from "other";
let t: typeof T; V(x); raii.drive(x); raii.scope(); export { raii };`;
  expect(leftovers(text)).toEqual([]);
});

it("thousands of operators are no obstacle", () => {
  const text = `import { raii } from "ts-raii"; export const a = ${"1 + ".repeat(5000)}raii(x);`;
  expect(leftovers(text)).toHaveLength(1);
});
