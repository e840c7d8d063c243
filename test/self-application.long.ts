import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, lowerings } from "./harness/compile.ts";
import { evaluate } from "./harness/evaluate.ts";

const root = join(import.meta.dirname, "../transformer");

/** Makes every function of a source that can be one an annotated function that acquires nothing, also in each of its blocks. */
function annotate(text: string): { readonly text: string; readonly count: number } {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.ESNext, true);
  const inserts: { at: number; what: string }[] = [];
  let count = 0;
  const annotateBlocks = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isBlock(node)) inserts.push({ at: node.getStart() + 1, what: " raii_(null); " });
    ts.forEachChild(node, annotateBlocks);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body && ts.isBlock(node.body)) {
      count++;
      inserts.push({ at: node.body.getStart() + 1, what: ' "use raii"; raii_(null); ' });
      ts.forEachChild(node.body, annotateBlocks);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  let annotated = text;
  for (const { at, what } of inserts.sort((a, b) => b.at - a.at))
    annotated = annotated.slice(0, at) + what + annotated.slice(at);
  return { text: `import { raii as raii_ } from "ts-raii";\n${annotated}`, count };
}

describe.each(lowerings)(
  "the transform, compiled by itself with every function annotated, %s lowering",
  (lowering) => {
    let annotatedFunctions = 0;
    const modules = new Map<string, Record<string, any>>();
    const load = (path: string): Record<string, any> => {
      const known = modules.get(path);
      if (known !== undefined) return known;
      const { text, count } = annotate(readFileSync(path, "utf8"));
      annotatedFunctions += count;
      const { code, diagnostics } = compile(text, { fileName: path, lowering });
      expect(diagnostics).toEqual([]);
      const exports = evaluate(code, path, (id) =>
        id.startsWith(".") ? load(join(dirname(path), `${id}.ts`)) : undefined,
      );
      modules.set(path, exports);
      return exports;
    };
    const itself = load(
      join(root, "transform-source-file.ts"),
    ) as typeof import("../transformer/transform-source-file.ts");

    it("is annotated throughout", () => expect(annotatedFunctions).toBeGreaterThan(100));

    const fixtures = join(root, "../fixtures");
    const inputs = readdirSync(fixtures, { recursive: true, encoding: "utf8" }).filter(
      (path) => /^(exec|emit|error)/.test(path) && path.endsWith(".ts") && !path.endsWith(".oracle.ts"),
    );
    it("compiles every fixture as it does when it is compiled by TypeScript alone", () => {
      expect(inputs.length).toBeGreaterThan(100);
      for (const path of inputs) {
        const source = readFileSync(join(fixtures, path), "utf8");
        const plain = compile(source);
        const byItself = compile(source, { transformSourceFile: itself.transformSourceFile });
        expect(byItself.code, path).toBe(plain.code);
        expect(byItself.findings.map(({ key, start }) => [key, start])).toEqual(
          plain.findings.map(({ key, start }) => [key, start]),
        );
      }
    });
  },
);
