import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createDiagnostic, diagnostics, type Finding } from "../transformer/diagnostics.ts";
import { parseOptions } from "../transformer/options.ts";
import { compile } from "./harness/compile.ts";
import { expectFile } from "./harness/expect-file.ts";

const root = join(import.meta.dirname, "../fixtures/error");
const host: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => "",
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
};

/** What the build prints for a fixture: a source file, or the plugin's options where the offence is there. */
function printed(folder: string, name: "input" | "legal"): string {
  const source = join(folder, `${name}.ts`);
  let found: readonly ts.Diagnostic[];
  if (existsSync(source)) {
    found = compile(readFileSync(source, "utf8"), { fileName: `${name}.ts` }).diagnostics;
  } else {
    const findings: Finding[] = [];
    parseOptions(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")), (finding) =>
      findings.push(finding),
    );
    found = findings.map((finding) => createDiagnostic(ts, finding));
  }
  found = [...found].sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
  // The colours are for a terminal, the frames for a person.
  return ts
    .formatDiagnosticsWithColorAndContext(found, host)
    .replace(/\u001b\[\d+m/g, "")
    .replaceAll("\r", "");
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
    it("leaves the nearest legal code alone", () => {
      expect(printed(folder, "legal")).toBe("");
    });
  });
});
