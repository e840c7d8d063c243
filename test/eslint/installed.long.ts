import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFile } from "../harness/expect-file.ts";
import { pack, runNode } from "../package/consumer.ts";

const fixture = join(import.meta.dirname, "../../fixtures/eslint");

interface Message {
  readonly ruleId: string;
  readonly severity: 1 | 2;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly fix?: object;
  readonly suggestions?: readonly { readonly desc: string }[];
}

/** What each project installs from the registry. */
const installed = {
  "ESLint 9, TypeScript 5.9": { eslint: "^9.39.0", "typescript-eslint": "^8.74.0", typescript: "~5.9.3" },
  "ESLint 10, TypeScript 6": { eslint: "^10.15.0", "typescript-eslint": "^8.74.0", typescript: "^6.0.3" },
} as const;

let tarball: string;
let work: string;
beforeAll(() => {
  tarball = pack();
  // Away from the repository, whose own ESLint and TypeScript would be found.
  work = mkdtempSync(join(tmpdir(), "ts-raii-eslint-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.each(Object.keys(installed) as (keyof typeof installed)[])("the packed plugin under %s", (name) => {
  let folder: string;
  beforeAll(() => {
    folder = join(work, name.replaceAll(/\W+/g, "-"));
    mkdirSync(folder);
    cpSync(fixture, folder, { recursive: true });
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({
        private: true,
        type: "module",
        dependencies: { ...installed[name], jiti: "^2.0.0", "ts-raii": `file:${tarball}` },
      }),
    );
    const flags = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
    execFileSync("npm", ["install", ...flags], { cwd: folder, stdio: "pipe" });
  }, 300_000);

  const eslint = (...args: string[]) => {
    const { status, output } = runNode(folder, "node_modules/eslint/bin/eslint.js", ...args);
    return { status, output: output.replaceAll(/\(node:\d+\)/g, "(node:1)") };
  };
  const check = (...args: string[]): any =>
    JSON.parse(
      runNode(folder, "node_modules/ts-raii/dist/cli/main.js", "check", "--format=json", ...args).output,
    );

  it("reports what check reports: the same findings, places, words and fixes", () => {
    const { status, output } = eslint("--format=json", "src");
    expect(status).toBe(1);
    const results = JSON.parse(output) as { filePath: string; messages: readonly Message[] }[];
    for (const [file, args] of [
      ["src/main.ts", []],
      ["src/native.ts", ["--using"]],
    ] as const) {
      const { messages } = results.find(({ filePath }) => filePath === join(folder, file))!;
      const said = messages.map(
        ({ ruleId, message, line, column, endLine, endColumn, fix, suggestions = [] }) => ({
          text: `${ruleId.slice("ts-raii/".length)}: ${message}`,
          region: { startLine: line, startColumn: column, endLine, endColumn },
          fixes: (fix ? 1 : 0) + suggestions.length,
        }),
      );
      const findings = check(...args).findings.filter((each: any) => each.file === file);
      expect(findings.length).toBeGreaterThan(1);
      expect(said).toEqual(
        findings.map(({ message, region: { offset: _, length: __, ...region }, fixes = [] }: any) => {
          return { text: message, region, fixes: fixes.length };
        }),
      );
    }
  });

  it("fixes what throws as it is, and leaves what changes the meaning to the reader", () => {
    const path = join(folder, "src/main.ts");
    const before = readFileSync(path, "utf8");
    eslint("--fix", "src");
    expectFile(join(fixture, "expect-fixed.ts"), readFileSync(path, "utf8"));
    writeFileSync(path, before);
  });

  it("without type information says so once, and finds the rest", () => {
    const { output } = eslint("--config=untyped.config.js", "src");
    expect(output.match(/There is no type information/g)).toHaveLength(1);
    expect(output).toContain("ts-raii/raii-outside-annotated-function");
    expect(output).not.toContain("ts-raii/escape");
  });

  it("has types that fit those of ESLint and typescript-eslint", () => {
    const program = ts.createProgram([join(folder, "eslint.config.ts")], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ["lib.es2023.d.ts"],
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    });
    expect(
      ts
        .getPreEmitDiagnostics(program)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    ).toEqual([]);
  });
});
