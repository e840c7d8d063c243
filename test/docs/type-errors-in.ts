import { join } from "node:path";
import ts from "typescript";
import { createInMemoryHost } from "../harness/in-memory-host.ts";

const root = join(import.meta.dirname, "../..");

/** Type-checks the code blocks of a page, which may use the names of readme-names.d.ts. @returns the errors, with their lines. */
export function typeErrorsIn(blocks: readonly string[]): readonly string[] {
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
  return [...sources.keys()].flatMap((name) => {
    const file = program.getSourceFile(name)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start, messageText }) => {
        const { line } = file.getLineAndCharacterOfPosition(start!);
        return `${file.text.split("\n")[line]}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
      },
    );
  });
}
