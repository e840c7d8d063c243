import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEditorHome, type EditorHome, tsconfig } from "./editor-home.ts";
import { TsServer } from "./tsserver.ts";

const text = `import { raii } from "ts-raii";
import { open } from "./open.ts";
export async function f(): Promise<void> {
  "use raii";
  const file = raii(open());
  void file;
}
`;
const openSync = "export declare function open(): Disposable;\n";
const openAsync = "export declare function open(): AsyncDisposable;\n";

describe("the analysis of a file", () => {
  let editor: EditorHome;
  let server: TsServer;
  let counted: string;
  beforeAll(() => {
    editor = createEditorHome("analyzed-files", "TypeScript 6, ts-patch 4");
    editor.write("tsconfig.json", tsconfig({ inlayHints: true }, { allowImportingTsExtensions: true }));
    counted = join(editor.home, "analyzed.txt");
    rmSync(counted, { force: true });
    const transformer = join(editor.home, "node_modules/ts-raii/dist/transformer/shared.js");
    const built = readFileSync(transformer, "utf8");
    const begin = "\nfunction analyzeSourceFile(";
    expect(built.split(begin)).toHaveLength(2);
    // Writes down each file that is analyzed.
    const counting = `${begin}...args) {
  require("node:fs").appendFileSync(${JSON.stringify(counted)}, args[1].fileName + "\\n");
  return analyze(...args);
}
function analyze(`;
    writeFileSync(
      transformer,
      built.replace(begin, () => counting),
    );
    server = new TsServer(editor.home);
  });
  afterAll(() => server?.stop());

  const analyses = (file: string): number =>
    existsSync(counted)
      ? readFileSync(counted, "utf8")
          .split("\n")
          .filter((each) => each === file).length
      : 0;

  async function askAll(file: string): Promise<string[]> {
    const found = await server.findings(file);
    await server.request("provideInlayHints", { file, start: 0, length: text.length });
    await server.request("quickinfo", { file, line: 5, offset: 17 });
    await server.request<ts.server.protocol.CodeFixAction[]>("getCodeFixes", {
      file,
      startLine: 5,
      startOffset: 16,
      endLine: 5,
      endOffset: 22,
      errorCodes: [100050],
    });
    return found.map(({ text: said }) => said.split(":")[0]!);
  }

  it("is done once for all that an editor asks, and again when any file has changed", async () => {
    const other = editor.write("open.ts", openSync);
    const file = editor.write("main.ts", text);
    server.open(other);
    server.open(file);
    expect(await askAll(file)).toEqual([]);
    expect(await askAll(file)).toEqual([]);
    expect(analyses(file)).toBe(1);

    // What is found depends on types, and so on other files.
    server.open(other, openAsync);
    expect(await askAll(file)).toEqual(["await-missing"]);
    expect(analyses(file)).toBe(2);
  });
});
