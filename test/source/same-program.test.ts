import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { compile, compilers, lowerings } from "../harness/compile.ts";
import { sample } from "../harness/sample.ts";

/*
 * The text that `transform` gives is the program that the transformer gives, once its types are gone.
 */

const root = join(import.meta.dirname, "../../fixtures");
const files = ["exec", "emit", "coverage"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.[jt]sx?$/.test(path) && !path.endsWith(".d.ts"))
    .map((path) => join(folder, path)),
);

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  jsx: ts.JsxEmit.Preserve,
  allowJs: true,
};

/** Without types, layout and comments. */
function canonical(code: string, fileName: string): string {
  const plain = compile(code, { fileName, transform: false, compilerOptions }).code;
  // esbuild takes `continue` only with the innermost of two labels.
  const oneLabel = plain
    .replace(/^(\s*)(\w+): (\w+): (?=for)/gm, "$1$3: ")
    .replace(/continue (first|one);/g, "continue;");
  return transformSync(oneLabel, { loader: "jsx", jsx: "preserve", minifyWhitespace: true, target: "esnext" })
    .code;
}

describe.each(lowerings)("the %s lowering", (lowering) => {
  it.each(sample(files, 3))("%s", (path) => {
    const source = readFileSync(join(root, path), "utf8");
    const result = transform(source, path, { lowering, typescript: ts, onDiagnostic() {} });
    const byTransformer = compile(source, { fileName: path, lowering, compilerOptions }).code;
    expect(canonical(result?.code ?? source, path)).toBe(canonical(byTransformer, path));
  });
});

it("TypeScript 5.9 gives the same text", () => {
  for (const path of sample(files, 6)) {
    const source = readFileSync(join(root, path), "utf8");
    const [six, five] = Object.values(compilers).map((typescript) =>
      transform(source, path, { typescript, onDiagnostic() {} }),
    );
    expect(five).toEqual(six);
  }
});
