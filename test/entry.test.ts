import ts from "typescript";
import { describe, expect, it } from "vitest";
import transformer from "../transformer/index.ts";
import { compilers } from "./harness/compile.ts";
import { evaluate } from "./harness/evaluate.ts";

const source = `import { raii } from "ts-raii";
export function main(events: string[]) {
  "use raii";
  raii({ [Symbol.dispose]: () => events.push("released") });
  events.push("body");
}`;
const wrong = `import { raii } from "ts-raii";
export const handedOn: unknown = raii;`;

const transpile = (
  compiler: typeof ts,
  text: string,
  before: ts.TransformerFactory<ts.SourceFile>,
): ts.TranspileOutput =>
  compiler.transpileModule(text, {
    fileName: "main.ts",
    reportDiagnostics: true,
    compilerOptions: { target: compiler.ScriptTarget.ES2022, module: compiler.ModuleKind.CommonJS },
    transformers: { before: [before] },
  });

describe.each(Object.entries(compilers))(
  "the transformer in a host that hands nothing, %s",
  (_, compiler) => {
    it.each([
      ["as it is called by code", () => transformer()],
      ["in a list of plugins", () => transformer.before()],
      ["with options", () => transformer.before({ lowering: "inline" })],
    ])("%s takes the copy of TypeScript that calls it", (_, create) => {
      const { outputText, diagnostics } = transpile(compiler, source, create());
      expect(diagnostics).toEqual([]);
      const events: string[] = [];
      evaluate(outputText, "main.ts").main(events);
      expect(events).toEqual(["body", "released"]);
    });

    it("throws what a build is to fail for, with the place", () => {
      expect(() => transpile(compiler, wrong, transformer())).toThrow(
        /^main\.ts:2:34 - error TS100009: raii-as-value: .*\n\n2 export const handedOn: unknown = raii;\n +~~~~$/,
      );
    });

    it("throws for a wrong option", () => {
      expect(() => transformer.before({ lowering: "quick" })).toThrow(/^ts-raii: .*lowering/);
    });
  },
);

it("a host whose TypeScript is another copy gets an error that says what to do", () => {
  const context = { factory: { ...ts.factory }, getCompilerOptions: () => ({}) };
  expect(() => transformer()(context as unknown as ts.TransformationContext)).toThrow(
    /another copy .* transformer\(program, options, \{ ts \}\)/,
  );
});

it("has what hosts make their cache keys of, also when they copy it", () => {
  const { name, version } = { ...transformer };
  expect({ name, version }).toEqual({ name: "ts-raii", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});
