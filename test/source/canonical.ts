import { transformSync } from "esbuild";
import ts from "typescript";
import { compile } from "../harness/compile.ts";

/** Leaves a module as it is, but for its types. */
export const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  jsx: ts.JsxEmit.Preserve,
  allowJs: true,
};

/** A module without types, layout and comments: two that are the same program have the same. */
export function canonical(code: string, fileName: string): string {
  const plain = compile(code, {
    fileName,
    transform: false,
    compilerOptions: { ...compilerOptions, removeComments: true },
  }).code;
  // esbuild takes `continue` only with the innermost of two labels.
  const oneLabel = plain
    .replace(/(\w+):\s*(\w+):(?=\s*for\b)/g, "$2:")
    .replace(/continue (first|one);/g, "continue;");
  return transformSync(oneLabel, { loader: "jsx", jsx: "preserve", minifyWhitespace: true, target: "esnext" })
    .code;
}
