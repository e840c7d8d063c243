import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { transformSourceFile } from "../../transformer/transform-source-file.ts";
import { compilers, type Lowering, lowerings } from "../harness/compile.ts";
import { sample } from "../harness/sample.ts";
import { expected, type Form, forms, sourceOf } from "./forms.ts";
import { loaders } from "./load-module.ts";

/*
 * A module loads and runs without a helper of TypeScript in whatever format it is emitted: the transform adds no import
 * that needs one. Each case is evaluated. What does not load without the transform either is TypeScript's own affair.
 */

const { ModuleKind, ScriptTarget } = ts;

/** Where helpers come from. There is no tslib in these tests. */
const helpers = {
  "in the file": {},
  nowhere: { noEmitHelpers: true },
  "in tslib, which is missing": { importHelpers: true },
} as const;

const { NodeNext } = ts.ModuleResolutionKind;
const formats = [
  { kind: "CommonJS", loader: "CommonJS", fileName: "input.ts", interops: [true, false] },
  { kind: "NodeNext", loader: "CommonJS", fileName: "input.cts", interops: [true] },
  { kind: "Node16", loader: "CommonJS", fileName: "input.cts", interops: [true] },
  { kind: "ESNext", loader: "CommonJS", fileName: "input.cts", interops: [true] }, // the name decides
  { kind: "AMD", loader: "AMD", fileName: "input.ts", interops: [true] },
  { kind: "UMD", loader: "UMD", fileName: "input.ts", interops: [true] },
  { kind: "System", loader: "System", fileName: "input.ts", interops: [true] },
] as const;

/** Where the rule is the same, a few forms of import are enough. */
const few: readonly Form[] = ["named", "in another package", "namespace", "import = require"];

interface Case {
  readonly compiler: typeof ts;
  readonly form: Form;
  readonly options: ts.CompilerOptions;
  readonly fileName: string;
  readonly lowering?: Lowering;
}

/** @param lowering without it the code is emitted as the compiler does by itself. */
function emit({ compiler, form, options, fileName, lowering }: Case): string {
  const importSource = form === "in another package" ? forms[form].importSource : "ts-raii";
  const fail = (finding: unknown): never => {
    throw new Error(`unexpected finding: ${JSON.stringify(finding)}`);
  };
  const transform: ts.TransformerFactory<ts.SourceFile> = (context) => (sourceFile) =>
    transformSourceFile(
      {
        tsInstance: compiler,
        context,
        options: parseOptions({ lowering, importSource }, fail),
        report: fail,
      },
      sourceFile,
    );
  return compiler.transpileModule(sourceOf(form), {
    fileName,
    compilerOptions: { target: ScriptTarget.ES2022, ...options },
    transformers: { before: lowering === undefined ? [] : [transform] },
  }).outputText;
}

function loads(format: keyof typeof loaders, code: string): boolean {
  try {
    loaders[format](code);
    return true;
  } catch {
    return false;
  }
}

describe.each(sample(Object.entries(compilers), 2))("%s", (_, compiler) => {
  describe.each(formats)("$kind, $fileName", ({ kind, loader, fileName, interops }) => {
    const cases = Object.entries(helpers).flatMap(([where, more]) =>
      interops.map((esModuleInterop) => ({ where, esModuleInterop, more })),
    );
    it.each(cases)("helpers $where, esModuleInterop $esModuleInterop", async ({ esModuleInterop, more }) => {
      // TypeScript's own `import *` needs a helper, and so does a default beside others.
      const isWrapped = (form: Form): boolean => form === "with a default" || form === "namespace";
      const needHelper = esModuleInterop && kind !== "System" && Object.keys(more).length > 0;
      const chosen = kind === "CommonJS" ? (Object.keys(forms) as Form[]) : few;
      for (const form of chosen) {
        const module = ModuleKind[kind];
        const resolution = fileName === "input.cts" ? { moduleResolution: NodeNext } : {};
        const options = { module, ...resolution, ...more, esModuleInterop };
        const each = { compiler, form, fileName, options };
        if (isWrapped(form)) {
          expect(loads(loader, emit(each))).toBe(!needHelper);
          if (needHelper) continue;
        }
        for (const lowering of lowerings) {
          const code = emit({ ...each, lowering });
          const { main } = loaders[loader](code);
          expect(await main(), `${form}, ${lowering}\n${code}`).toBe(expected);
        }
      }
    });
  });
});

describe.each(sample(Object.entries(compilers), 2))(
  "what is added fits what the compiler emits, %s",
  (_, compiler) => {
    const { ES5, ES2015, ES2022 } = ScriptTarget;
    const table: { options: ts.CompilerOptions; fileName: string }[] = [
      { options: { module: ModuleKind.ESNext }, fileName: "input.ts" },
      { options: { module: ModuleKind.ESNext }, fileName: "input.mts" },
      { options: { module: ModuleKind.ESNext }, fileName: "input.cts" },
      { options: { module: ModuleKind.ES2015 }, fileName: "input.tsx" },
      { options: { module: ModuleKind.CommonJS }, fileName: "input.mts" },
      { options: { module: ModuleKind.Node16 }, fileName: "input.mts" },
      { options: { module: ModuleKind.NodeNext }, fileName: "input.ts" },
      { options: { module: ModuleKind.NodeNext }, fileName: "input.mts" },
      { options: { module: ModuleKind.Preserve }, fileName: "input.ts" },
      { options: { module: ModuleKind.Preserve }, fileName: "input.cts" },
      { options: { module: ModuleKind.CommonJS, verbatimModuleSyntax: true }, fileName: "input.ts" },
      { options: { target: ES5 }, fileName: "input.ts" }, // without `module` the target decides, and the version
      { options: { target: ES2015 }, fileName: "input.ts" },
      { options: { target: ES2022 }, fileName: "input.ts" },
      { options: {}, fileName: "input.ts" },
    ];
    const isImport = /^import .*"ts-raii";$/m;
    const isNamespace = /^import \* as \w+ from "ts-raii";$/m;
    it.each(table)("$fileName $options", ({ options, fileName }) => {
      const resolution = options.module === ModuleKind.NodeNext ? {} : { moduleResolution: NodeNext };
      const each = { compiler, form: "named", fileName, options: { ...resolution, ...options } } as const;
      const alone = emit(each);
      for (const lowering of lowerings) {
        const code = emit({ ...each, lowering });
        expect(isImport.test(code), code).toBe(isImport.test(alone));
        // In an ES module, `import * as`: bundlers leave out what it does not use.
        expect(isNamespace.test(code), code).toBe(isImport.test(alone));
        expect(code).not.toContain("__importStar");
      }
    });
  },
);
