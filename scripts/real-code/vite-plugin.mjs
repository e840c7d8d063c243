// A plugin for Vite and Vitest that compiles annotated functions: TypeScript alone would be stripped of its types, and raii()
// would throw. It leaves the other files to Vite.
import { createRequire } from "node:module";
import ts from "typescript";

const transformer = createRequire(import.meta.url)("../../dist/transformer/index.js");

/** @param compilerOptions besides those that the plugin needs. */
export default function raii(compilerOptions = {}) {
  return {
    name: "ts-raii",
    enforce: "pre",
    transform(code, id) {
      const [fileName] = id.split("?");
      if (!/\.[cm]?tsx?$/.test(fileName) || fileName.includes("/node_modules/")) return undefined;
      if (!code.includes("use raii")) return undefined;
      const diagnostics = [];
      const extras = { ts, addDiagnostic: (diagnostic) => diagnostics.push(diagnostic) };
      const { outputText, sourceMapText } = ts.transpileModule(code, {
        fileName,
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.ESNext,
          jsx: ts.JsxEmit.ReactJSX,
          sourceMap: true,
          ...compilerOptions,
        },
        transformers: { before: [transformer(undefined, {}, extras)] },
      });
      const errors = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error);
      for (const { messageText } of errors)
        this.error(`${fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
      return { code: outputText, map: sourceMapText };
    },
  };
}
