import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { Finding } from "../transformer/diagnostics/finding.ts";
import { parseOptions } from "../transformer/diagnostics/options.ts";
import { transformSourceFile } from "../transformer/transform-source-file.ts";
import { compile, compilers } from "./harness/compile.ts";
import { evaluate } from "./harness/evaluate.ts";

const input = readFileSync(join(import.meta.dirname, "../fixtures/emit/class/input.ts"), "utf8");

function transformer(compiler: typeof ts, findings: Finding[] = []): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (sourceFile) =>
    transformSourceFile(
      {
        tsInstance: compiler,
        context,
        options: parseOptions({}, () => {}),
        report: (finding) => findings.push(finding),
      },
      sourceFile,
    );
}

describe.each(Object.entries(compilers))("hosts, %s", (_, compiler) => {
  const print = (file: ts.SourceFile) => compiler.createPrinter().printFile(file);

  it("one that leaves `parent` unset gets the same", () => {
    const transformed = [true, false].map((setParentNodes) => {
      const file = compiler.createSourceFile("input.ts", input, compiler.ScriptTarget.ESNext, setParentNodes);
      const options = { target: compiler.ScriptTarget.ES2022 }; // by default that of TypeScript 5.9 is ES5
      return print(compiler.transform(file, [transformer(compiler)], options).transformed[0]!);
    });
    expect(transformed[1]).toContain("function* size_program");
    expect(transformed[1]).toBe(transformed[0]);
  });

  it("one that runs another transformer first, which makes every function anew", () => {
    const rebuild: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
      const { factory } = context;
      const visit = (node: ts.Node): ts.Node => {
        const visited = compiler.visitEachChild(node, visit, context);
        if (compiler.isMethodDeclaration(visited)) {
          return factory.createMethodDeclaration(
            visited.modifiers,
            visited.asteriskToken,
            visited.name,
            visited.questionToken,
            visited.typeParameters,
            visited.parameters,
            visited.type,
            visited.body && factory.createBlock([...visited.body.statements], true),
          );
        }
        return compiler.isBlock(visited) ? factory.createBlock([...visited.statements], true) : visited;
      };
      return visit(file) as ts.SourceFile;
    };
    const { outputText } = compiler.transpileModule(input, {
      fileName: "input.ts",
      compilerOptions: { target: compiler.ScriptTarget.ES2022, module: compiler.ModuleKind.ESNext },
      transformers: { before: [rebuild, transformer(compiler)] },
    });
    expect(outputText).toMatch(/raii\.\s+drive\(size_program\.call\(this, arguments, /);
    expect(outputText).toContain("static *#secret_program(");
  });

  it("one that runs another transformer first, which makes constants and functions anew", () => {
    // What stands at no place in the text tells nothing about which is evaluated first.
    const source = `import { raii } from "ts-raii";
export default function main() {
  const run = (reads) => { "use raii"; raii(null); return reads ? later : "not read"; };
  const first = run(false);
  const later = "read";
  return [first, run(true)].join();
}`;
    const rebuild =
      (isRebuilt: (node: ts.Node) => boolean): ts.TransformerFactory<ts.SourceFile> =>
      (context) =>
      (file) => {
        const { factory } = context;
        const visit = (node: ts.Node): ts.Node => {
          const visited = compiler.visitEachChild(node, visit, context);
          if (!isRebuilt(node)) return visited;
          if (compiler.isVariableDeclarationList(visited))
            return factory.createVariableDeclarationList([...visited.declarations], visited.flags);
          const { parameters, body } = visited as ts.ArrowFunction;
          return factory.createArrowFunction(undefined, undefined, parameters, undefined, undefined, body);
        };
        return visit(file) as ts.SourceFile;
      };
    const isList = (node: ts.Node): boolean => compiler.isVariableDeclarationList(node);
    for (const isRebuilt of [isList, (node: ts.Node) => isList(node) || compiler.isArrowFunction(node)]) {
      const { outputText } = compiler.transpileModule(source, {
        fileName: "input.ts",
        compilerOptions: { target: compiler.ScriptTarget.ES2022, module: compiler.ModuleKind.CommonJS },
        transformers: { before: [rebuild(isRebuilt), transformer(compiler)] },
      });
      expect(outputText).toContain("function* run_program");
      expect((evaluate(outputText, "input.ts") as { default: () => string }).default()).toBe("not read,read");
    }
  });

  it("generated code: chains of thousands of operators, in annotated functions and beside them", () => {
    const chain = Array.from({ length: 4000 }, (_, i) => `"${i % 10}"`).join(" + ");
    const source = `import { raii } from "ts-raii";
      export const beside = ${chain};
      export function annotated() { "use raii"; raii(null); return ${chain}; }
      export const inClass = new (class { size() { "use raii"; raii(null); return (${chain}).length; } })().size();`;
    const { code, diagnostics } = compile(source, { compiler });
    expect(diagnostics).toEqual([]);
    const { beside, annotated, inClass } = evaluate(code);
    expect(annotated()).toBe(beside);
    expect(inClass).toBe(4000);
  });
});

describe("JSX", () => {
  const source = (factory: string) => `import { raii } from "ts-raii";
    export const make = (${factory}: Function) => {
      const view = (title: string) => { "use raii"; raii(null); return <b>{title}</b>; };
      const other = () => { "use raii"; return raii(null); };
      ${factory} = (...all: unknown[]) => all.join();
      return view("t") + String(other());
    };`;
  it.each([
    ["React", "React.createElement"],
    ["h", "h"],
  ])("the factory %s is a name that the function mentions", (name, jsxFactory) => {
    const compilerOptions = { jsx: ts.JsxEmit.React, jsxFactory };
    const { code } = compile(source(name), { fileName: "input.tsx", compilerOptions });
    const atTop = code.split("\n").filter((line) => line.startsWith("function*"));
    expect(atTop).toEqual(["function* other_program() {"]); // the other one needs the factory, which changes
  });

  // Before `super()` a program asks for `this` by a call, which no tag can be.
  it.each([ts.JsxEmit.Preserve, ts.JsxEmit.React])("this in a tag stays one, jsx: %s", (jsx) => {
    const derived = `import { raii } from "ts-raii";
      const React = { createElement: (tag: Function, props: object) => [tag.name, Object.keys(props)].join() };
      class Base {}
      export class Page extends Base {
        Body = function Body() {};
        readonly text: string;
        constructor(release: () => void) {
          const view = () => { "use raii"; raii({ [Symbol.dispose]: release }); return <this.Body lang="en" />; };
          super();
          this.text = view() as unknown as string;
        }
      }`;
    const { code } = compile(derived, { fileName: "input.tsx", compilerOptions: { jsx } });
    const plain = { fileName: "input.tsx", transform: false, compilerOptions: { jsx: ts.JsxEmit.React } };
    const { Page } = evaluate(compile(code, plain).code);
    let releases = 0;
    expect(new Page(() => releases++).text).toBe("Body,lang");
    expect(releases).toBe(1);
  });
});
