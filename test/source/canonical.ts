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
  let oneLabel = plain;
  for (const [, outer, inner] of plain.matchAll(/(\w+):\s*(\w+):(?=\s*(?:for|while|do)\b)/g)) {
    oneLabel = oneLabel
      .replace(new RegExp(`\\b${outer}:\\s*(?=${inner}:)`, "g"), "")
      .replace(new RegExp(`\\b(continue|break) ${outer};`, "g"), `$1 ${inner};`);
  }
  return transformSync(oneLabel, {
    loader: "jsx",
    jsx: "preserve",
    minifyWhitespace: true,
    legalComments: "none",
    target: "esnext",
  }).code;
}
