import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createTools } from "../../fixtures/exec/tools.ts";
import { compile } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { expectFile } from "../harness/expect-file.ts";

const path = join(import.meta.dirname, "../../docs/spec.md");
const spec = readFileSync(path, "utf8");

describe("docs/spec.md", () => {
  const pair = /Input(, inline|, refused)?:\n\n```ts\n([^]*?)```\n\nOutput:\n\n```js\n([^]*?)```/g;
  const pairs = [...spec.matchAll(pair)];
  it("shows input and output of each kind", () =>
    expect(pairs.map(([, kind]) => kind)).toEqual([
      undefined,
      ", inline",
      ", inline",
      undefined,
      undefined,
      undefined,
      undefined,
      ", refused",
    ]));
  it("each pair of input and output is what the transform does", () => {
    const compiled = spec.replace(pair, (text, kind: string | undefined, input: string, output: string) => {
      const { code, diagnostics } = compile(input, {
        fileName: "spec.ts",
        lowering: kind === ", inline" ? "inline" : "program",
        compilerOptions: { module: ts.ModuleKind.ESNext },
      });
      expect(diagnostics.length > 0).toBe(kind === ", refused");
      return text.replace(`js\n${output}`, () => `js\n${code.replace(/\/\/# sourceMappingURL.*/, "")}`);
    });
    expectFile(path, compiled);
  });

  const programs = [
    ...spec.matchAll(/\*\*(S\d+)\.\*\*(?:(?!\*\*S\d)[^])*?```ts run\n([^]*?)```\n\n```text\n([^]*?)```/g),
  ];
  it("shows programs", () =>
    expect(programs.map(([, clause]) => clause)).toEqual([
      "S1",
      "S2",
      "S3",
      "S4",
      "S5",
      "S6",
      "S12",
      "S13",
      "S14",
    ]));
  const shown = programs.flatMap(([, clause, program, log]) =>
    (["program", "inline"] as const).map((lowering) => [clause!, lowering, program!, log!] as const),
  );
  it.each(shown)(
    "the program of %s logs what is shown, %s lowering",
    async (_, lowering, program, expected) => {
      const { tools, log } = createTools();
      const prelude =
        'import { cancelOn, deadline, raii, resource, suppress, TimeoutError } from "ts-raii";\n' +
        "const { open, log } = globalThis.specTools;\n";
      const { code, diagnostics } = compile(prelude + program, { lowering });
      expect(diagnostics).toEqual([]);
      (globalThis as { specTools?: unknown }).specTools = tools;
      try {
        log.push(`returned ${String(await evaluate(code).default())}`);
      } catch (error) {
        log.push(`threw ${String(error)}`);
      }
      expect(`${log.join("\n")}\n`).toBe(expected);
    },
  );
});
