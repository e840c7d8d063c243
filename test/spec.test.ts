import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createTools } from "../fixtures/exec/tools.ts";
import { compile } from "./harness/compile.ts";
import { evaluate } from "./harness/evaluate.ts";

const spec = readFileSync(join(import.meta.dirname, "../docs/spec.md"), "utf8");

describe("README.md", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const blocks = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block!);
  const annotated = blocks.filter((block) => block.includes("use raii"));
  it("shows annotated functions", () => expect(annotated.length).toBeGreaterThan(1));
  it.each(annotated)("block %# compiles without a finding", (block) => {
    const { code, diagnostics } = compile(block);
    expect(diagnostics).toEqual([]);
    expect(code).toContain("function*");
  });
});

describe("docs/spec.md", () => {
  const pairs = [...spec.matchAll(/Input:\n\n```ts\n([^]*?)```\n\nOutput:\n\n```js\n([^]*?)```/g)];
  it("shows input and output", () => expect(pairs.length).toBeGreaterThan(2));
  it.each(pairs.map(([, input, output], index) => [index + 1, input!, output!] as const))(
    "pair %i of input and output is what the transform does",
    (_, input, output) => {
      const { code } = compile(input, {
        fileName: "spec.ts",
        compilerOptions: { module: ts.ModuleKind.ESNext },
      });
      expect(code.replace(/\/\/# sourceMappingURL.*/, "")).toBe(output);
    },
  );

  const programs = [...spec.matchAll(/\*\*(S\d+)\.\*\*[^]*?```ts run\n([^]*?)```\n\n```text\n([^]*?)```/g)];
  it("shows programs", () =>
    expect(programs.map(([, clause]) => clause)).toEqual(["S1", "S2", "S3", "S4", "S5", "S6"]));
  it.each(programs.map(([, clause, program, log]) => [clause!, program!, log!] as const))(
    "the program of %s logs what is shown",
    (_, program, expected) => {
      const { tools, log } = createTools();
      const prelude =
        'import { raii, resource } from "ts-raii";\nconst { open, log } = globalThis.specTools;\n';
      const { code, diagnostics } = compile(prelude + program);
      expect(diagnostics).toEqual([]);
      (globalThis as { specTools?: unknown }).specTools = tools;
      try {
        log.push(`returned ${String(evaluate(code).default())}`);
      } catch (error) {
        log.push(`threw ${String(error)}`);
      }
      expect(`${log.join("\n")}\n`).toBe(expected);
    },
  );
});
