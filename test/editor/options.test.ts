import type ts from "typescript";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sample } from "../harness/sample.ts";
import { type Toolchain, toolchains } from "../package/consumer.ts";
import { compilerOptions, createEditorHome, type EditorHome, tsconfig } from "./editor-home.ts";
import { TsServer } from "./tsserver.ts";

const source = `import { raii } from "ts-raii";
declare const server: Disposable & { answer(): Promise<number> };

export async function ask(): Promise<number> {
  "use raii";
  const s = await raii(server);
  return s.answer();
}
`;

describe.each(sample(Object.keys(toolchains) as Toolchain[], 2))("options in the editor, %s", (toolchain) => {
  let editor: EditorHome;
  let server: TsServer;
  let file: string;
  beforeAll(() => {
    editor = createEditorHome("options", toolchain);
    server = new TsServer(editor.home);
    file = editor.write("main.ts", source);
    server.open(file);
  }, 120_000);
  afterAll(() => server?.stop());
  beforeEach(() => reload(tsconfig()));

  /** Changes the configuration and has it read again. */
  async function reload(config: string): Promise<void> {
    editor.write("tsconfig.json", config);
    await server.request("reloadProjects", {});
  }

  async function said(): Promise<string[]> {
    const findings = await server.findings(file);
    return findings.map(({ category, text }) => `${category} ${text.split(":")[0]}`);
  }

  it("says each thing once, however often the configuration is read", async () => {
    const usual = ["suggestion await-needless", "error escape-by-promise"];
    expect(await said()).toEqual(usual);
    for (let time = 0; time < 3; time++) {
      await reload(tsconfig());
      expect(await said()).toEqual(usual);
    }
  });

  it("takes the severity from tsconfig.json as it is now", async () => {
    await reload(tsconfig({ severity: { "escape-by-promise": "warning", "await-needless": "error" } }));
    expect(await said()).toEqual(["error await-needless", "warning escape-by-promise"]);
    await reload(tsconfig({ severity: { "escape-by-promise": "suggestion", "await-needless": "off" } }));
    expect(await said()).toEqual(["suggestion escape-by-promise"]);
  });

  it("takes options that an editor's extension puts over those of tsconfig.json", async () => {
    const configure = (configuration: object) =>
      server.request("configurePlugin", { pluginName: "ts-raii", configuration });
    await configure({ severity: { "escape-by-promise": "off" } });
    expect(await said()).toEqual(["suggestion await-needless"]);
    await reload(tsconfig({ inlayHints: true }));
    expect(await said()).toEqual(["suggestion await-needless"]);
    const hints = await server.request<ts.server.protocol.InlayHintItem[]>("provideInlayHints", {
      file,
      start: 0,
      length: source.length,
    });
    expect(hints.map(({ text }) => text)).toEqual(["releases s"]);
    await configure({});
    expect(await said()).toHaveLength(2);
  });

  it("is silent once the plugin has been taken out, and speaks when it is back", async () => {
    await reload(JSON.stringify({ compilerOptions }));
    expect(await said()).toEqual([]);
    const info = await server.request<ts.server.protocol.QuickInfoResponseBody | undefined>("quickinfo", {
      file,
      line: 8,
      offset: 1,
    });
    expect(info).toBeUndefined();
    await reload(tsconfig());
    expect(await said()).toHaveLength(2);
  });

  it("goes on with the defaults where an option is malformed", async () => {
    await reload(tsconfig({ severity: "loud", lowering: 3, nonsense: true }));
    expect(await said()).toHaveLength(2);
  });
});
