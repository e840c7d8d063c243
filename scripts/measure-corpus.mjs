// Runs the rules over fixtures/corpus and compares with the labels: `//! key` at the end of a line says what is wrong there.
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { loadSource } from "./load-source.mjs";

const { analyzeFile } = loadSource("transformer/analyze-file.ts");
const { parseOptions } = loadSource("transformer/diagnostics/options.ts");

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * @param folder below fixtures/corpus, or anywhere.
 * @returns for each key what was rightly found, wrongly found and missed, as places `file:line`; and the number of snippets,
 *   which are the functions of the corpus that hold no other.
 */
export function measureCorpus(folder = ".") {
  folder = resolve(root, "fixtures/corpus", folder);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`);
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
    typeRoots: [`${root}/node_modules/@types`],
    paths: { "ts-raii": [`${root}/runtime/index.ts`], "ts-raii/node": [`${root}/runtime/node/index.ts`] },
    strict: true,
    skipLibCheck: true,
  });
  const found = { right: {}, wrong: {}, missed: {} };
  let snippets = 0;
  for (const path of files) {
    const sourceFile = program.getSourceFile(path);
    const name = path.slice(folder.length + 1);
    const expected = new Set();
    sourceFile.text.split("\n").forEach((line, index) => {
      const label = /\/\/! (.+)$/.exec(line)?.[1];
      for (const key of label?.split(", ") ?? []) expected.add(`${key} ${index + 1}`);
    });
    const add = (kind, id) => {
      const [key, line] = id.split(" ");
      (found[kind][key] ??= []).push(`${name}:${line}`);
    };
    const { findings } = analyzeFile({
      tsInstance: ts,
      sourceFile,
      checker: program.getTypeChecker(),
      options: parseOptions({}, () => {}),
      onInternalError: (error) => {
        throw error;
      },
    });
    for (const { key, start } of findings()) {
      const id = `${key} ${sourceFile.getLineAndCharacterOfPosition(start).line + 1}`;
      add(expected.delete(id) ? "right" : "wrong", id);
    }
    for (const id of expected) add("missed", id);
    snippets += countSnippets(sourceFile);
  }
  const errors = ts.getPreEmitDiagnostics(program).map((each) => ts.formatDiagnostic(each, host));
  return { ...found, snippets, errors };
}

const host = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
};

function countSnippets(sourceFile) {
  let count = 0;
  const isSnippet = (node) => ts.isFunctionLike(node) && node.body !== undefined;
  const visit = (node) => {
    if (isSnippet(node)) count++;
    else ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return count;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { right, wrong, missed, snippets, errors } = measureCorpus(process.argv[2]);
  console.log(errors.join(""));
  for (const key of new Set([right, wrong, missed].flatMap(Object.keys)))
    console.log(key, (right[key] ?? []).length, "wrong:", wrong[key] ?? [], "missed:", missed[key] ?? []);
  console.log(snippets, "snippets");
}
