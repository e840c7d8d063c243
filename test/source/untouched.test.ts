import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "@jridgewell/sourcemap-codec";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { lowerings } from "../harness/compile.ts";
import { execFixtures, readFixture } from "../harness/exec-fixtures.ts";
import { sample } from "../harness/sample.ts";

/** A file of this repository with one annotated function at its end: nothing else in it may change. */
function withOneFunction(text: string): string {
  return `${text}
import { raii as acquire } from "ts-raii";
export function annotatedAtTheEnd(open: () => Disposable): void {
  "use raii";
  acquire(open());
}
`;
}

const root = join(import.meta.dirname, "../..");
const sources = ["transformer", "runtime", "cli", "editor", "source"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path)),
);

describe.each(lowerings)("the %s lowering", (lowering) => {
  it("leaves what is outside of annotated functions to the letter", () => {
    for (const newLine of ["\n", "\r\n"]) {
      for (const path of sample(sources, 15)) {
        const text = readFileSync(join(root, path), "utf8").replaceAll("\n", newLine);
        const { code } = transform(withOneFunction(text), path, { lowering, typescript: ts })!;
        expect(code.slice(0, text.length)).toBe(text);
        expect(code.slice(text.length)).toContain("annotatedAtTheEnd");
      }
    }
  });

  it("leaves what begins a file there, before a statement that is printed", () => {
    const head = "#!/usr/bin/env node\n/*! licence */";
    const source = `${head}\n\n// about\n"use raii";\nimport { raii } from "ts-raii";\nexport const f = () => raii(open());\n`;
    const lines = transform(source, "main.ts", { lowering, typescript: ts })!.code.split("\n");
    expect(lines.slice(0, 2).join("\n")).toBe(`${head} // about`);
    expect(lines[5]).toMatch(/^import \{ raii \} from "ts-raii";/);
  });

  it("leaves JSX, decorators, enums, types and comments to the letter", () => {
    const before = `// @ts-check
import type { Open } from "./types";
@register({ name: "view" }) export abstract class View<T extends object = {}> implements Shown {
  declare readonly id: string;
  @bound protected accessor title = <const T,>(of: T) => <b {...props} title="it's b">{ of as T satisfies T } isn't</b>;
    constructor ( private readonly open:Open ,public x ?: number ) { super( ) ; }`;
    const after = `
  static { /* empty */ }
    [ key:string ] : unknown;
}
export const enum Level { Low , High = 1<<2 , }
declare global { interface Window { raii:1 } }
namespace N { export namespace M { let a!: string } }
export default <T,>( x:T ): x is T & {} => /a"b/.test( \`\${ x! }\` )
`;
    const method = (body: string): string => `\n  read(): number {\n    ${body} }`;
    const source = `import { raii } from "ts-raii";\n${before}${method('"use raii";\n    return raii(this.open()).size;')}${after}`;
    const { code } = transform(source, "view.tsx", { lowering, typescript: ts })!;
    // In front of the class may stand the variable that keeps its program.
    expect(code.replace(" var program_1;", "")).toContain(`${before}\n  read(): number {`);
    for (const part of after.split(/(?<=^})\n/m)) expect(code).toContain(part.trimEnd());
  });

  it.each(sample(execFixtures, 12))("%s: each literal is found by the map", (path) => {
    const source = readFixture(path);
    const result = transform(source, path, { lowering, typescript: ts, onDiagnostic() {} });
    if (result === undefined) return;
    const lines = result.code.split("\n");
    /** For each place of the source, what stands where the map leads to it from. */
    const texts = new Map<string, string[]>();
    for (const [line, segments] of decode(result.map.mappings).entries()) {
      for (const [column, , sourceLine, sourceColumn] of segments) {
        const key = `${sourceLine}:${sourceColumn}`;
        texts.set(key, [...(texts.get(key) ?? []), lines[line]!.slice(column)]);
      }
    }
    const sourceFile = ts.createSourceFile(path, source, ts.ScriptTarget.ESNext, true);
    const visit = (node: ts.Node): void => {
      const isDirective = ts.isStringLiteral(node) && ts.isExpressionStatement(node.parent);
      const isOfMarker = ts.isStringLiteral(node) && ts.isElementAccessExpression(node.parent); // raii["function"]
      if (ts.isTypeNode(node) || isDirective || isOfMarker) return;
      if (ts.isStringLiteral(node) || ts.isNumericLiteral(node)) {
        const { line, character } = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile));
        const text = node.getText(sourceFile);
        const there = texts.get(`${line}:${character}`) ?? [];
        expect(
          there.some((each) => each.startsWith(text)),
          `${text} in line ${line + 1}`,
        ).toBe(true);
      }
      ts.forEachChild(node, visit);
    };
    visit(sourceFile);
  });
});
