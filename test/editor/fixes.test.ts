import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../harness/sample.ts";
import { type Toolchain, toolchains } from "../package/consumer.ts";
import { applyEdits } from "./apply-edits.ts";
import { createEditorHome, type EditorHome, tsconfig } from "./editor-home.ts";
import { fixCases } from "./fix-cases.ts";
import { TsServer } from "./tsserver.ts";

type Diagnostic = ts.server.protocol.Diagnostic;
type Action = ts.server.protocol.CodeFixAction;
type Combined = ts.server.protocol.CombinedCodeActions;

const fixtures = join(import.meta.dirname, "../../fixtures/error");
const fixed = readdirSync(fixtures).filter((key) => existsSync(join(fixtures, key, "fixed.ts")));

describe.each(sample(Object.keys(toolchains) as Toolchain[], 2))("quick fixes, %s", (toolchain) => {
  let editor: EditorHome;
  let server: TsServer;
  beforeAll(() => {
    editor = createEditorHome("fixes", toolchain);
    server = new TsServer(editor.home);
  }, 120_000);
  afterAll(() => server?.stop());

  function open(name: string, text: string): string {
    const file = editor.write(name, text);
    server.open(file, text);
    return file;
  }

  async function fixesAt(file: string, { start, end, code }: Diagnostic): Promise<Action[]> {
    return await server.request("getCodeFixes", {
      file,
      startLine: start.line,
      startOffset: start.offset,
      endLine: end.line,
      endOffset: end.offset,
      errorCodes: [code!],
    });
  }

  it.each(fixCases.map((each) => [each.name, each] as const))("mends %s", async (_, fix) => {
    const file = open("case.ts", fix.before);
    const found = (await server.diagnostics(file)).find(({ code }) => code === fix.code);
    const actions = await fixesAt(file, found!);
    const action = actions.find(({ description }) => description === fix.title);
    expect(action, actions.map(({ description }) => description).join("; ")).toBeDefined();
    expect(applyEdits(fix.before, action!.changes[0]!.textChanges)).toBe(fix.after);

    server.open(file, fix.after);
    const after = (await server.diagnostics(file)).filter(({ code }) => code === fix.code);
    expect(after).toEqual([]);
  });

  // What only one person can decide for each of its findings has no "fix all".
  it.each(fixed)("mends all of %s at once, or one after the other", async (key) => {
    const text = readFileSync(join(fixtures, key, "input.ts"), "utf8");
    const file = open("case.ts", text);
    const found = await server.findings(file);
    const first = await Promise.all(found.map(async (each) => (await fixesAt(file, each))[0] ?? []));
    // To make a function async is for the editor alone: it is more than the finding asks for.
    const actions = first.flat().filter(({ fixName }) => fixName !== "ts-raii:await-in-async");
    const combined = new Set(actions.flatMap(({ fixId }) => fixId ?? []));
    const changed = await Promise.all(
      [...combined].map((fixId) => {
        const scope = { type: "file", args: { file } };
        return server.request<Combined>("getCombinedCodeFix", { scope, fixId });
      }),
    );
    const single = actions.filter(({ fixId }) => fixId === undefined);
    const edits = [...changed, ...single].flatMap(({ changes }) => changes[0]!.textChanges);
    const unique = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
    const expected = readFileSync(join(fixtures, key, "fixed.ts"), "utf8");
    expect(applyEdits(text, unique)).toBe(expected);
  });

  it("annotates all functions of a file at once, each once", async () => {
    const lines = (directive: string) =>
      ["f", "g"]
        .map((name) => `export function ${name}() {\n${directive}  raii(lock);\n  raii(lock);\n}\n`)
        .join("");
    const head = `import { raii } from "ts-raii";\ndeclare const lock: Disposable;\n`;
    const file = open("case.ts", head + lines(""));
    const { changes } = await server.request<Combined>("getCombinedCodeFix", {
      scope: { type: "file", args: { file } },
      fixId: "ts-raii:add-directive",
    });
    expect(applyEdits(head + lines(""), changes[0]!.textChanges)).toBe(head + lines('  "use raii";\n'));
  });

  it("leaves TypeScript's own fixes for all of a file alone", async () => {
    const text = "function f() {\n  await 1;\n}\nfunction g() {\n  await 1;\n}\nexport { f, g };\n";
    const file = open("case.ts", text);
    const { changes } = await server.request<Combined>("getCombinedCodeFix", {
      scope: { type: "file", args: { file } },
      fixId: "fixAwaitInSyncFunction",
    });
    expect(applyEdits(text, changes[0]!.textChanges)).toContain("async function g()");
  });

  it("imports raii from a package of one's own, of which the server knows nothing", async () => {
    editor.write("own/tsconfig.json", tsconfig({ importSource: "@acme/raii" }));
    const text = `"use client";\n// a comment\nimport "node:fs";\n\nexport function f(): void {\n  "use raii";\n  raii(null);\n}\n`;
    const file = open("own/case.ts", text);
    const [found] = (await server.diagnostics(file)).filter(({ code }) => code === 2304);
    const own = (await fixesAt(file, found!)).find(({ description }) => description.includes("@acme/raii"));
    expect(own?.description).toBe('Import raii from "@acme/raii"');
    expect(applyEdits(text, own!.changes[0]!.textChanges)).toBe(
      text.replace("import", 'import { raii } from "@acme/raii";\nimport'),
    );
  });

  it("tells the editor which codes have fixes", async () => {
    const file = open("case.ts", "export {};\n");
    const codes = await server.request<string[]>("getSupportedCodeFixes", { file });
    expect(codes).toEqual(expect.arrayContaining(["2304", "100001", "100042"]));
  });
});
