import { readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEditorHome, tsconfig } from "../editor/editor-home.ts";
import { TsServer } from "../editor/tsserver.ts";
import { expectFile } from "../harness/expect-file.ts";
import { copyProject, makeHome, runCli } from "./run-cli.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/cli/offered");
const text = readFileSync(join(fixtures, "src/main.ts"), "utf8");

interface JsonFix {
  readonly id: string;
  readonly title: string;
}
interface JsonFinding {
  readonly key: string;
  readonly code: number;
  readonly region: Record<"startLine" | "startColumn" | "endLine" | "endColumn", number>;
  readonly fix?: JsonFix;
  readonly fixes?: readonly JsonFix[];
}

describe("the fixes that the check command offers", () => {
  const home = makeHome("fixes", "TypeScript 6, ts-patch 4");
  const copy = (name: string): string => copyProject(home, "offered", name);
  const findingsIn = (folder: string): readonly JsonFinding[] => {
    const { stdout } = runCli(folder, ["check", "--format", "json"]);
    return (JSON.parse(stdout) as { findings: readonly JsonFinding[] }).findings;
  };

  let server: TsServer;
  let file: string;
  beforeAll(() => {
    const editor = createEditorHome("offered", "TypeScript 6, ts-patch 4");
    editor.write("tsconfig.json", tsconfig({}, { lib: ["es2022", "esnext.disposable"], types: [] }));
    file = editor.write("main.ts", text);
    server = new TsServer(editor.home);
    server.open(file);
  });
  afterAll(() => server?.stop());

  it("are those of the editor, in its order", async () => {
    const findings = findingsIn(copy("json"));
    expect(findings.map(({ key }) => key)).toEqual([
      "raii-outside-annotated-function",
      "raii-outside-annotated-function",
      "directive-misspelt",
      "directive-misplaced",
      "raii-outside-annotated-function",
      "await-missing",
      "await-raii-in-sync-function",
      "escape-by-promise",
    ]);
    for (const { code, region, fixes = [] } of findings) {
      const actions = await server.request<ts.server.protocol.CodeFixAction[]>("getCodeFixes", {
        file,
        startLine: region.startLine,
        startOffset: region.startColumn,
        endLine: region.endLine,
        endOffset: region.endColumn,
        errorCodes: [code],
      });
      expect(fixes.map(({ title }) => title)).toEqual(actions.map(({ description }) => description));
      expect(fixes).not.toEqual([]);
    }
  });

  it("are all in SARIF, too", () => {
    const folder = copy("sarif");
    const log = JSON.parse(runCli(folder, ["check", "--format", "sarif"]).stdout) as Record<string, any>;
    const titles = log.runs[0].results.map(({ fixes }: any) => fixes.map((fix: any) => fix.description.text));
    expect(titles).toEqual(findingsIn(folder).map(({ fixes = [] }) => fixes.map(({ title }) => title)));
    expect(titles).toContainEqual(["Make the function async", "Acquire synchronously, without await"]);
  });

  it("are made by --fix where nobody has to decide", () => {
    const folder = copy("fix");
    const automatic = findingsIn(folder).map(({ fix }) => fix?.id);
    expect(automatic).toEqual([
      "add-directive",
      "add-directive",
      "correct-directive",
      "move-directive",
      "add-directive",
      "move-await",
      undefined,
      undefined,
    ]);
    expect(runCli(folder, ["check", "--pretty"]).stdout).toContain(" --fix would fix 6 of them.");
    const { status, stdout } = runCli(folder, ["check", "--fix"]);
    expect(stdout).toMatch(/^src\/main\.ts\(\d+,\d+\): error TS100008: .*\n/);
    expect(status).toBe(1);
    expectFile(join(fixtures, "expect-fixed.ts"), readFileSync(join(folder, "src/main.ts"), "utf8"));
  });
});
