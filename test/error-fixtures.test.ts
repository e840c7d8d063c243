import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createDiagnostic } from "../transformer/diagnostics/create-diagnostic.ts";
import type { Finding } from "../transformer/diagnostics/finding.ts";
import { parseOptions } from "../transformer/diagnostics/options.ts";
import { diagnostics } from "../transformer/diagnostics/table.ts";
import { applyEdits, selectEdits } from "../transformer/fixes/select-edits.ts";
import { createCheckProgram, findingsOf } from "./harness/check-program.ts";
import { expectFile } from "./harness/expect-file.ts";

const root = join(import.meta.dirname, "../fixtures/error");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(root, name));
const common = createCheckProgram(sources);
const programs = new Map<string, ts.Program>();

/** The Program over a folder: that of all, unless the folder has compiler options of its own. */
function programOf(folder: string): ts.Program {
  const path = join(folder, "compiler-options.json");
  if (!existsSync(path)) return common;
  const own = (): ts.Program => {
    const files = sources.filter((source) => source.startsWith(folder));
    return createCheckProgram(files, ts, JSON.parse(readFileSync(path, "utf8")) as object);
  };
  const program = programs.get(folder) ?? own();
  programs.set(folder, program);
  return program;
}

/** A Program over a file as it is now: UPDATE writes some. */
function programWith(path: string): ts.Program {
  return common.getSourceFile(path)?.text === readFileSync(path, "utf8")
    ? common
    : createCheckProgram([path]);
}

/** What is said of a fixture: a source file, or the plugin's options where the offence is there. */
function findings(folder: string, name: "input" | "legal"): readonly Finding[] {
  const source = join(folder, `${name}.ts`);
  if (existsSync(source)) return findingsOf(programOf(folder), source, configOf(folder));
  const found: Finding[] = [];
  parseOptions(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")), (finding) =>
    found.push(finding),
  );
  return found;
}

/** The plugin's options that a fixture asks for, where it is about a rule that is off. */
function configOf(folder: string): object {
  const path = join(folder, "options.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as object) : {};
}

function printed(folder: string, name: "input" | "legal"): string {
  const { Message, Suggestion } = ts.DiagnosticCategory;
  const found = findings(folder, name)
    .map((finding) => createDiagnostic(ts, finding))
    // TypeScript prints no suggestions.
    .map((each) => (each.category === Suggestion ? { ...each, category: Message } : each));
  const host: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (path) => path,
    getNewLine: () => "\n",
  };
  // The colours are for a terminal, the frames for a person.
  return ts
    .formatDiagnosticsWithColorAndContext(found, host)
    .replace(/\u001b\[\d+m/g, "")
    .replace(/ - message TS/g, " - suggestion TS")
    .replaceAll("\r", "");
}

/** The source with the fixes of all findings made. */
function fixed(source: string, found: readonly Finding[]): string {
  return applyEdits(source, selectEdits(found.flatMap(({ fix }) => fix ?? [])).edits);
}

describe("fixtures/error", () => {
  it("has a folder for each diagnostic, and for nothing else", () => {
    expect(readdirSync(root).sort()).toEqual(Object.keys(diagnostics).sort());
  });

  it("gives every diagnostic a code of its own, above TypeScript's", () => {
    const codes = Object.values(diagnostics).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(Math.min(...codes)).toBeGreaterThanOrEqual(100_000);
  });

  describe.each(Object.keys(diagnostics))("%s", (key) => {
    const folder = join(root, key);
    it("is reported, where and as expected", () => {
      const text = printed(folder, "input");
      expect(text).toContain(`${key}: `);
      expectFile(join(folder, "expect.txt"), text);
    });
    const source = join(folder, "input.ts");
    const withFix = existsSync(source)
      ? findings(folder, "input").filter(({ fix }) => fix !== undefined)
      : [];
    it.runIf(withFix.length > 0)("is gone where its fix is made", () => {
      const text = readFileSync(source, "utf8");
      expectFile(join(folder, "fixed.ts"), fixed(text, withFix));
      const path = join(folder, "fixed.ts");
      const after = programWith(path);
      const count = (all: readonly Finding[]): number =>
        all.filter((each) => each.key === withFix[0]!.key).length;
      const before = count(findings(folder, "input"));
      expect(count(findingsOf(after, path, configOf(folder)))).toBe(before - count(withFix));
    });
    it.runIf(withFix.length > 0)("compiles where its fix is made", () => {
      const path = join(folder, "fixed.ts");
      const fixed = programWith(path);
      const unusedExpectation = 2578;
      const errors = fixed
        .getSemanticDiagnostics(fixed.getSourceFile(path))
        .filter(({ code }) => code !== unusedExpectation)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
      expect(errors).toEqual([]);
    });
    it("leaves the nearest legal code alone", () => {
      expect(printed(folder, "legal")).toBe("");
    });
  });
});
