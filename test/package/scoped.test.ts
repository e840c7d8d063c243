import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { findingsOf } from "../harness/check-program.ts";

const root = join(import.meta.dirname, "../..");

/** What is found in a file of a user, beside declarations of a library; ts-raii is the package as it is built. */
function findings(source: string, library: string): string[] {
  const files = new Map([
    [join(root, "test/package/user.ts"), source],
    [join(root, "test/package/workspace.d.ts"), library],
  ]);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
    strict: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => files.get(path) ?? readFile.call(host, path);
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.getSourceFile = (path, languageVersion) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion, true);
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  const path = join(root, "test/package/user.ts");
  const errors = program.getSemanticDiagnostics(program.getSourceFile(path));
  expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  return findingsOf(program, path).map(({ key, sourceFile, start, length }) => {
    return `${key} ${sourceFile!.text.slice(start, start! + length!)}`;
  });
}

const library = `
import type { AsyncResource } from "ts-raii";
export interface Workspace {
  /** @scoped */
  readonly root: string;
  readonly label: string;
  /**
   * Its memory.
   *
   * @scoped
   */
  contents(): { get(index: number): number };
  /** @independent */
  reports(): { read(): Promise<string>; close(): void };
  tail(): { read(): Promise<string>; close(): void };
}
export declare function openWorkspace(): Workspace & Disposable;
export declare const workspace: () => AsyncResource<Workspace>;
`;

/** The expressions that are returned, whether each is found, and what makes the handle. */
type Case = readonly [expression: string, isFound: boolean, made: string];

/** A function for each, and which of them have a finding. */
function returning(cases: readonly Case[], imports: string): { found: string[]; wanted: string[] } {
  const functions = cases.map(
    ([expression, , made], index) => `
      export async function f${index}() {
        "use raii";
        ${made};
        return ${expression}; // ${index}
      }`,
  );
  const found = findings(`${imports}${functions.join("")}`, library);
  return { found, wanted: cases.flatMap(([expression, isFound]) => (isFound ? [expression] : [])) };
}

describe("what a declaration says of the values that a handle gives", () => {
  it.each(["using held = openWorkspace()", "const held = await raii(workspace())"])("%s", (made) => {
    const { found, wanted } = returning(
      [
        ["held.root", true, made],
        ["held.contents()", true, made],
        ["held.tail()", true, made],
        ["held.label", false, made],
        ["held.reports()", false, made],
        ["held.contents().get(0)", false, made],
        ["root", true, made.concat("; const { root } = held")],
        ["label", false, made.concat("; const { label } = held")],
      ],
      'import { raii } from "ts-raii"; import { openWorkspace, workspace } from "./workspace.js";',
    );
    expect(found).toEqual(wanted.map((each) => `escape ${each}`));
  });
});

it("holds for what the package declares", () => {
  const folder = "const folder = raii(tempDir())";
  const server = 'const { path } = await raii(listening(createServer(), { path: "/run/a" }))';
  const { found, wanted } = returning(
    [
      ["folder", true, folder],
      ['join(folder, "a")', true, folder],
      ["file", true, "const file = await raii(tempFileAsync())"],
      ["readdirSync(folder)", false, folder],
      ["basename(folder)", false, folder],
      ["path", true, server],
      ["path.length", false, server],
    ],
    `import { readdirSync } from "node:fs"; import { createServer } from "node:net"; import { basename, join } from "node:path";
     import { raii } from "ts-raii"; import { listening, tempDir, tempFileAsync } from "ts-raii/node";`,
  );
  expect(found).toEqual(wanted.map((each) => `escape ${each}`));
});
