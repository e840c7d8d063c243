import ts from "typescript";
import { describe, expect, it } from "vitest";
import { type SourceDiagnostic, transform } from "../../source/index.ts";
import type { Finding } from "../../transformer/diagnostics/finding.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { transformSourceFile } from "../../transformer/transform-source-file.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { execFixtures, readFixture } from "../harness/exec-fixtures.ts";
import { sample } from "../harness/sample.ts";

/** What each door makes of a text that was compiled before. */
function secondPass(code: string, fileName: string, config: object = {}) {
  const diagnostics: SourceDiagnostic[] = [];
  const findings: Finding[] = [];
  const bySource = transform(code, fileName, {
    ...config,
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });
  const sourceFile = ts.createSourceFile(fileName, code, ts.ScriptTarget.ESNext, true);
  const options = parseOptions(config, (finding) => findings.push(finding));
  const report = (finding: Finding): unknown => findings.push(finding);
  const { transformed } = ts.transform(sourceFile, [
    (context) => (file) => transformSourceFile({ tsInstance: ts, context, options, report }, file),
  ]);
  const isUnchanged = bySource === undefined && transformed[0] === sourceFile;
  const reported = [...diagnostics.map(({ key }) => key), ...findings.map(({ key }) => key)];
  return { isUnchanged, reported };
}

const unchanged = { isUnchanged: true, reported: [] };

describe.each(lowerings)("what was compiled before is left alone, lowering %s", (lowering) => {
  it.each(sample(execFixtures, 4, lowerings.indexOf(lowering)))("%s", (path) => {
    const source = readFixture(path);
    const first = transform(source, path, { lowering });
    expect(first).toBeDefined();
    expect(secondPass(first!.code, path, { lowering })).toEqual(unchanged);
    // Another host may have stripped the types in between.
    const module = ts.ModuleKind.ESNext;
    const { code } = compile(source, { fileName: path, lowering, compilerOptions: { module } });
    expect(secondPass(code, path, { lowering })).toEqual(unchanged);
  });

  it("where something shadows the marker in the only function", () => {
    const source = `import { raii } from "ts-raii";
      export const main = (open: () => Disposable, count: number) => {
        "use raii";
        for (let i = 0; i < count; i++) {
          if (i > 1) raii(open());
          { const raii = i; void raii; }
        }
      };`;
    const first = transform(source, "main.ts", { lowering });
    expect(secondPass(first!.code, "main.ts", { lowering })).toEqual(unchanged);
  });
});

describe("what only looks like emitted code is compiled", () => {
  it.each([
    ["a member of another package's namespace", `import * as lib from "lib"; lib.wait(); lib.hold;`],
    [
      "another object",
      `const driver = { drive() {}, scope() {}, from() {} }; driver.drive(); driver.scope();`,
    ],
    ["a name that shadows the marker", `export const f = (raii: { drive(): void }) => raii.drive();`],
    ["what a comment or a string says", `// raii.drive(program)\nexport const text = "raii.drive(program)";`],
    ["a constant named like an alias", `export const marker_1 = 1;`],
  ])("%s", (_, beside) => {
    const source = `import { raii } from "lib";
      export function main(open: () => Disposable) { "use raii"; raii(open()); }
      ${beside}`;
    const { code } = transform(source, "main.ts", { importSource: "lib" })!;
    expect(code).toContain("raii.");
    expect(code).not.toContain("use raii");
  });
});
