import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { severityOf } from "../../transformer/diagnostics/create-diagnostic.ts";
import type { Finding } from "../../transformer/diagnostics/finding.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { diagnostics } from "../../transformer/diagnostics/table.ts";
import transformer from "../../transformer/index.ts";
import { createCheckProgram, findingsOf } from "../harness/check-program.ts";

const root = join(import.meta.dirname, "../../fixtures/error");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("input.ts"))
  .map((name) => join(root, name));
const program = createCheckProgram(sources);

/** What a build with ts-patch prints and writes for one file. */
function build(path: string, config: object, withTypes = true): { said: ts.Diagnostic[]; code: string } {
  const said: ts.Diagnostic[] = [];
  const before = transformer(withTypes ? program : undefined, config, {
    ts,
    addDiagnostic: (diagnostic) => said.push(diagnostic),
  });
  let code = "";
  const write = (name: string, text: string): void => void (name.endsWith(".js") && (code = text));
  program.emit(program.getSourceFile(path), write, undefined, undefined, { before: [before] });
  return { said, code };
}

describe("the build", () => {
  it("says what the check says, suggestions left out, each once", () => {
    for (const path of sources) {
      const expected = findingsOf(program, path).filter((each) => severityOf(each) !== "suggestion");
      const { said } = build(path, {});
      expect(
        said.map(({ code, start }) => [code, start]),
        path,
      ).toEqual(expected.map(({ key, start }) => [diagnostics[key].code, start]));
    }
  });

  it("emits the same with types and without", () => {
    for (const path of sources) {
      const { code } = build(path, {});
      expect(code).not.toBe("");
      expect(code, path).toBe(build(path, {}, false).code);
    }
  });

  it("without types says only what needs none", () => {
    for (const path of sources)
      for (const { code } of build(path, {}, false).said) {
        const entry = Object.values(diagnostics).find((each) => each.code === code);
        expect(entry?.needsTypes).toBe(false);
      }
  });
});

describe("the option severity", () => {
  const path = join(root, "escape/input.ts");
  it.each(["off", "suggestion"])("%s: the build is silent", (escape) => {
    expect(build(path, { severity: { escape } }).said).toEqual([]);
  });

  it("warning", () => {
    const { said } = build(path, { severity: { escape: "warning" } });
    expect(new Set(said.map(({ category }) => category))).toEqual(new Set([ts.DiagnosticCategory.Warning]));
  });

  it.each<{ severity: unknown }>([
    { severity: "escape" },
    { severity: null },
    { severity: { escape: "loud" } },
    { severity: { escapes: "error" } },
    { severity: { toString: "error" } },
    // Code is emitted that throws: to say nothing of it would hide that.
    { severity: { "raii-in-loop-condition": "off" } },
  ])("%j is said to be invalid, and left out", ({ severity }) => {
    const findings: Finding[] = [];
    expect(parseOptions({ severity }, (finding) => findings.push(finding)).severity).toEqual({});
    expect(findings.map(({ key }) => key)).toEqual(["invalid-option"]);
  });
});
