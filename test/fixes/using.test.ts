import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { analyzeFile } from "../../transformer/analyze-file.ts";
import type { Finding, Fix } from "../../transformer/diagnostics/finding.ts";
import { optionsOfUsing, parseOptions } from "../../transformer/diagnostics/options.ts";
import { fixesOf } from "../../transformer/fixes/fixes-of.ts";
import { applyEdits } from "../../transformer/fixes/select-edits.ts";

const folder = join(import.meta.dirname, "../../fixtures/cli/using/src");
const path = join(folder, "main.ts");
const options = optionsOfUsing(parseOptions({}, () => {}));

interface Found extends Finding {
  readonly fixes: readonly Fix[];
}

/** What is found in the fixture with another text, and what TypeScript says of that. */
function check(text: string): { readonly findings: readonly Found[]; readonly errors: readonly string[] } {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
    types: [],
    strict: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(compilerOptions, true);
  const { readFile } = host;
  host.readFile = (file) => (file === path ? text : readFile.call(host, file));
  const program = ts.createProgram([path], compilerOptions, host);
  const sourceFile = program.getSourceFile(path)!;
  const checker = program.getTypeChecker();
  const file = analyzeFile({
    tsInstance: ts,
    sourceFile,
    checker,
    options,
    compilerOptions,
    withoutRaii: true,
  });
  return {
    findings: file
      .findings()
      .map((finding) => ({ ...finding, fixes: fixesOf(ts, sourceFile, options, finding) })),
    errors: ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  };
}

const text = readFileSync(path, "utf8");
const before = check(text);
const cases = before.findings.flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })));

describe("the fixes of findings about using", () => {
  it("are these", () => {
    expect(before.errors).toEqual([]);
    expect(cases.map(({ finding, fix }) => `${finding.key}: ${fix.id}`)).toEqual([
      "escape: move-by-stack",
      "escape: move-by-stack",
      "escape-by-promise: insert-await",
      "escape-by-promise: insert-await",
      "must-dispose: declare-by-using",
      "forgotten-disposable: declare-by-using",
      "forgotten-disposable: declare-by-using",
      "await-needless: remove-await",
    ]);
  });

  it.each(cases)(
    "$finding.key: $fix.title: compiles, and nothing is found there any more",
    ({ finding, fix }) => {
      const { findings, errors } = check(applyEdits(text, fix.edits));
      expect(errors).toEqual([]);
      const keys = (all: readonly Finding[]): string[] => all.map(({ key }) => key);
      const expected = keys(before.findings);
      expected.splice(before.findings.indexOf(finding), 1);
      expect(keys(findings)).toEqual(expected);
    },
  );
});
