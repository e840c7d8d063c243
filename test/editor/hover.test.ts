import type ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../harness/sample.ts";
import { type Toolchain, toolchains } from "../package/consumer.ts";
import { createEditorHome, type EditorHome, tsconfig } from "./editor-home.ts";
import { braceTexts, hoverSource, hoverTexts } from "./hover-source.ts";
import { TsServer } from "./tsserver.ts";

type Info = ts.server.protocol.QuickInfoResponseBody | undefined;

describe.each(sample(Object.keys(toolchains) as Toolchain[], 2))("hover and hints, %s", (toolchain) => {
  let editor: EditorHome;
  let server: TsServer;
  let file: string;
  beforeAll(() => {
    editor = createEditorHome("hover", toolchain);
    editor.write("hints/tsconfig.json", tsconfig({ inlayHints: true }));
    server = new TsServer(editor.home);
    file = editor.write("hover.ts", hoverSource);
    server.open(file);
  }, 120_000);
  afterAll(() => server?.stop());

  async function hover(at: string, line: number, offset: number): Promise<Info> {
    return await server.request("quickinfo", { file: at, line, offset });
  }

  it.each(hoverTexts)("$at says: $says", async ({ at, says }) => {
    const lines = hoverSource.split("\n");
    const line = lines.findIndex((each) => each.includes(at.replace("|", "")));
    expect(line, `no line has ${at}`).toBeGreaterThanOrEqual(0);
    const offset = lines[line]!.indexOf(at.replace("|", "")) + at.indexOf("|") + 1;
    const info = await hover(file, line + 1, offset);
    const text = String(info?.documentation ?? "");
    // The documentation of raii itself follows.
    expect(text.split(/(?:^|\n\n)(?:Acquires a resource|Asynchronous:)/)[0]).toBe(says);
  });

  it.each(braceTexts)(
    "the brace in line $line, column $column, says: $says",
    async ({ line, column, says }) => {
      const info = await hover(file, line, column);
      const text = info === undefined ? "" : `${info.displayString}\n${String(info.documentation)}`;
      expect(text).toBe(says);
    },
  );

  it("leaves what the server says of raii where it was", async () => {
    editor.write(
      "plain/tsconfig.json",
      JSON.stringify({ compilerOptions: { module: "esnext", moduleResolution: "bundler" } }),
    );
    const other = editor.write("plain/hover.ts", hoverSource);
    server.open(other);
    const line = hoverSource.split("\n").findIndex((each) => each.includes("const a = raii")) + 1;
    const [ours, theirs] = [await hover(file, line, 13), await hover(other, line, 13)];
    expect(ours?.displayString).toBe(theirs?.displayString);
    expect(ours?.tags).toEqual(theirs?.tags);
    expect(ours?.documentation).toBe(
      `Released when the function returns, line 15, after \`raii(open("b"))\`.\n\n${String(theirs?.documentation)}`,
    );
  });

  it("hints at each closing brace, where the option asks for it, within the span that is asked for", async () => {
    const other = editor.write("hints/hover.ts", hoverSource);
    server.open(other);
    type Hint = ts.server.protocol.InlayHintItem;
    const ask = (at: string, start: number, length: number): Promise<Hint[]> =>
      server.request("provideInlayHints", { file: at, start, length });
    const all = await ask(other, 0, hoverSource.length);
    const shown = all.map(({ text, position }) => `${position.line}:${position.offset} ${text}`);
    expect(shown).toMatchInlineSnapshot(`
      [
        "12:4 releases raii(lock), inner",
        "15:2 releases raii(open("b")), a",
        "22:4 releases item, raii(resource(() => names, () => {}))",
        "25:2 releases kept",
        "32:4 releases raii(open("other")), raii(open("one"))",
        "41:2 releases both, near, far",
        "47:2 releases g",
        "54:4 releases c",
        "61:2 releases second, first",
        "74:2 releases goes, stays",
      ]
    `);
    const [start, end] = [hoverSource.indexOf("function loops"), hoverSource.indexOf("function switched")];
    const some = await ask(other, start, end - start);
    expect(some.length).toBeGreaterThan(1);
    expect(all).toEqual(expect.arrayContaining(some));
    expect(some.length).toBeLessThan(all.length);
    expect(await ask(file, 0, hoverSource.length)).toEqual([]);
  });
});
