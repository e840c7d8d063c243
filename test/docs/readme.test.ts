import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile } from "../harness/compile.ts";
import { createInMemoryHost } from "../harness/in-memory-host.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block!);

describe("README.md", () => {
  it("shows how to install and to set it up within the first 60 lines", () => {
    const start = readme.split("\n").slice(0, 60).join("\n");
    for (const each of ["npm install ts-raii", "ts-raii/transformer", "npx tspc", '"use raii"'])
      expect(start).toContain(each);
  });

  it("shows annotated functions", () =>
    expect(blocks.filter((block) => block.includes("use raii")).length).toBeGreaterThan(4));

  it.each(blocks)("block %# compiles without a finding", (block) => {
    const { code, diagnostics } = compile(block);
    expect(diagnostics).toEqual([]);
    expect(code).not.toContain("raii(");
  });

  it("every block type-checks, with the imports that it shows", () => {
    const names = join(import.meta.dirname, "readme-names.d.ts");
    // Each is a module of its own, also where it shows no import.
    const sources = new Map(
      blocks.map((block, index) => [join(import.meta.dirname, `block${index}.ts`), `${block}\nexport {};`]),
    );
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      strict: true,
      noUnusedLocals: true,
      noEmit: true,
      paths: {
        "ts-raii": [join(root, "runtime/index.ts")],
        "ts-raii/*": [join(root, "runtime/*/index.ts")],
      },
    };
    const host = createInMemoryHost(sources, options);
    const program = ts.createProgram([names, ...sources.keys()], options, host);
    const errors = [...sources.keys()].flatMap((name) => {
      const file = program.getSourceFile(name)!;
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ start, messageText }) => {
          const { line } = file.getLineAndCharacterOfPosition(start!);
          return `${file.text.split("\n")[line]}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
        },
      );
    });
    expect(errors).toEqual([]);
  });
});
