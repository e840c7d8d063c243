import { readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { createEditorHome, tsconfig } from "./editor-home.ts";
import { TsServer } from "./tsserver.ts";

const root = join(import.meta.dirname, "../..");
const words = (text: string): string => text.replace(/[\s│]+/g, " ");

describe("the editor's view in the documentation", () => {
  const { home, write } = createEditorHome("docs", "TypeScript 6, ts-patch 4");
  const server = new TsServer(home);
  afterAll(() => server.stop());

  it("is what the server says of the code that is shown", async () => {
    write("tsconfig.json", tsconfig({ inlayHints: true }));
    const page = readFileSync(join(root, "docs/editor.md"), "utf8");
    const shown = /```ts\n(.*?)```/s.exec(page)![1]!;
    const source = `${shown}declare function connect(): Disposable & { query(text: string): Promise<number> };\n`;
    const file = write("count.ts", source);
    server.open(file);

    const [finding, ...others] = await server.findings(file);
    expect(others).toEqual([]);
    const message = `${finding!.text} ts-raii(${finding!.code})`;
    expect(page).toContain(message);
    // The box in the README wraps it.
    const readme = words(readFileSync(join(root, "README.md"), "utf8"));
    expect(readme).toContain(message);
    for (const { message: related } of finding!.relatedInformation!) {
      expect(page).toContain(related);
      expect(readme).toContain(related);
    }
    const { start, end } = finding!;
    const [fix] = await server.request<ts.server.protocol.CodeFixAction[]>("getCodeFixes", {
      file,
      startLine: start.line,
      startOffset: start.offset,
      endLine: end.line,
      endOffset: end.offset,
      errorCodes: [finding!.code],
    });
    expect(page).toContain(`Quick Fix: ${fix!.description}`);
    expect(readme).toContain(`Quick Fix: ${fix!.description}`);
    const [hint] = await server.request<ts.server.protocol.InlayHintItem[]>("provideInlayHints", {
      file,
      start: 0,
      length: source.length,
    });
    expect(readme).toContain(`} ${hint!.text}`);
  });
});
