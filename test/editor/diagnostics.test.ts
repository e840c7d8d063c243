import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDiagnostic, messageOf } from "../../transformer/diagnostics/create-diagnostic.ts";
import type { Finding } from "../../transformer/diagnostics/finding.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { createCheckProgram, findingsOf } from "../harness/check-program.ts";
import { compilers } from "../harness/compile.ts";
import { sample } from "../harness/sample.ts";
import { type Toolchain, toolchains, tspc } from "../package/consumer.ts";
import { createEditorHome, type EditorHome, tsconfig } from "./editor-home.ts";
import { TsServer } from "./tsserver.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/error");
const compilerOf: Record<Toolchain, typeof ts> = {
  "TypeScript 6, ts-patch 4": compilers["TypeScript 6"],
  "TypeScript 5.9, ts-patch 3.3": compilers["TypeScript 5.9"],
};
const sources = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort();
const configs = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => /(?:input|legal)\.json$/.test(name))
  .sort();

function optionsOf(source: string): object {
  const path = join(fixtures, source, "../options.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as object) : {};
}

/** A finding in the words of the protocol. */
function spoken(compiler: typeof ts, finding: Finding) {
  const { sourceFile, start, length } = finding;
  const place = (position: number): ts.server.protocol.Location => {
    const { line, character } = sourceFile!.getLineAndCharacterOfPosition(position);
    return { line: line + 1, offset: character + 1 };
  };
  const { category, code, relatedInformation } = createDiagnostic(compiler, finding);
  return {
    start: place(start!),
    end: place(start! + length!),
    code,
    category: ts.DiagnosticCategory[category].toLowerCase(),
    text: messageOf(finding),
    related: relatedInformation?.map(({ messageText, start }) => [messageText, place(start!)]),
  };
}

function heard({ start, end, code, category, text, relatedInformation }: ts.server.protocol.Diagnostic) {
  const related = relatedInformation?.map(({ message, span }) => [message, span!.start]);
  return { start, end, code, category, text, related };
}

describe.each(sample(Object.keys(toolchains) as Toolchain[], 2))("the editor, %s", (toolchain) => {
  let editor: EditorHome;
  let server: TsServer;
  let program: ts.Program;
  const compiler = compilerOf[toolchain];
  beforeAll(() => {
    editor = createEditorHome("diagnostics", toolchain);
    for (const source of sources) {
      editor.write(source, readFileSync(join(fixtures, source), "utf8"));
      const options = optionsOf(source);
      if (Object.keys(options).length > 0) editor.write(join(source, "../tsconfig.json"), tsconfig(options));
    }
    for (const config of configs) {
      const options = JSON.parse(readFileSync(join(fixtures, config), "utf8")) as object;
      editor.write(config.replace(".json", "/tsconfig.json"), tsconfig(options));
      editor.write(config.replace(".json", "/empty.ts"), "export {};\n");
    }
    server = new TsServer(editor.home);
    program = createCheckProgram(
      sources.map((source) => join(fixtures, source)),
      compiler,
    );
  }, 120_000);
  afterAll(() => server?.stop());

  it.each(sources)("finds in %s what the build finds, in the same words and places", async (source) => {
    const found = findingsOf(program, join(fixtures, source), optionsOf(source), compiler);
    const file = join(editor.project, source);
    server.open(file);
    const said = await server.findings(file);
    server.notify("close", { file });
    expect(said.map(heard)).toEqual(found.map((each) => spoken(compiler, each)));
  });

  it.each(configs)("finds in the options of %s what the build finds", async (config) => {
    const found: Finding[] = [];
    parseOptions(JSON.parse(readFileSync(join(fixtures, config), "utf8")) as object, (each) =>
      found.push(each),
    );
    const folder = join(editor.project, config.replace(".json", ""));
    const file = join(folder, "tsconfig.json");
    server.open(join(folder, "empty.ts"));
    const said = await server.request<ts.server.protocol.Diagnostic[]>("semanticDiagnosticsSync", {
      file,
      projectFileName: file,
    });
    const ours = said.filter(({ source }) => source === "ts-raii");
    expect(ours.map(({ text }) => text)).toEqual(found.map(messageOf));
    const lines = readFileSync(file, "utf8").split("\n");
    for (const [index, { start, end }] of ours.entries())
      expect(lines[start.line - 1]!.slice(start.offset - 1, end.offset - 1)).toBe(
        `"${found[index]!.args[0]}"`,
      );
  });

  it("says nothing more than tspc prints, but for suggestions", { timeout: 300_000 }, async () => {
    const lines = tspc(editor.project, "-p", ".", "--pretty", "false").output.split("\n");
    const printed = lines.filter((line) => / TS10\d{4}: /.test(line)).sort();
    const said: string[] = [];
    for (const source of sources) {
      // Another project, with options of its own.
      if (Object.keys(optionsOf(source)).length > 0) continue;
      const file = join(editor.project, source);
      server.open(file);
      for (const { start, category, code, text } of await server.findings(file))
        if (category !== "suggestion")
          said.push(`${source}(${start.line},${start.offset}): ${category} TS${code}: ${text}`);
      server.notify("close", { file });
    }
    expect(said.length).toBeGreaterThan(50);
    // tspc prints what the options of that other project would silence, too.
    expect(printed.filter((line) => !line.startsWith("forgotten-disposable/"))).toEqual(said.sort());
  });
});
