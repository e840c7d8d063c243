import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Linter } from "eslint";
import type ts from "typescript";
import { parser } from "typescript-eslint";
import { describe, expect, it, vi } from "vitest";
import plugin from "../../eslint/index.ts";
import { messageOf } from "../../transformer/diagnostics/create-diagnostic.ts";
import { diagnostics } from "../../transformer/diagnostics/table.ts";
import { createCheckProgram, findingsOf } from "../harness/check-program.ts";

/*
 * ESLint is handed the Programs, files and texts that the rules are tested with, and must say of them what check says.
 */

const root = join(import.meta.dirname, "../../fixtures");
const filesBelow = (folder: string, pattern: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .map((name) => join(root, folder, name));

// Those with compiler options of their own are not among them.
const offences = filesBelow("error", /^(?!await-raii-moved).*(input|legal)\.ts$/);
const corpus = filesBelow("corpus", /^[\w-]+\.ts$/);
const program = createCheckProgram([...offences, ...corpus]);

const names = Object.keys(plugin.rules);
const allOn = Object.fromEntries(names.map((name) => [`ts-raii/${name}`, "error"] as const));
const off = Object.fromEntries(
  names
    .filter((name) => diagnostics[name as keyof typeof diagnostics].category === "off")
    .map((name) => [name, "suggestion"]),
);

function lint(path: string, rules: Linter.RulesRecord, parserOptions: object): Linter.LintMessage[] {
  const config: Linter.Config = {
    files: ["**/*.ts"],
    languageOptions: { parser, parserOptions },
    plugins: { "ts-raii": plugin },
    rules,
  };
  return new Linter({ cwd: join(root, "..") }).verify(readFileSync(path, "utf8"), config, path);
}

/** What check says of a file, as ESLint would say it. */
function expected(sourceFile: ts.SourceFile): object[] {
  const end = (position: number): { line: number; column: number } => {
    const { line, character } = sourceFile.getLineAndCharacterOfPosition(position);
    return { line: line + 1, column: character + 1 };
  };
  return findingsOf(program, sourceFile.fileName, { severity: off })
    .map((finding) => {
      const [from, to] = [end(finding.start!), end(finding.start! + finding.length!)];
      return {
        ruleId: `ts-raii/${finding.key}`,
        message: messageOf(finding).slice(`${finding.key}: `.length),
        ...{ line: from.line, column: from.column, endLine: to.line, endColumn: to.column },
      };
    })
    .sort((a, b) => a.line - b.line || a.column - b.column || (a.ruleId < b.ruleId ? -1 : 1));
}

const shown = (messages: readonly Linter.LintMessage[]): object[] =>
  [...messages]
    .sort((a, b) => a.line - b.line || a.column - b.column || (a.ruleId! < b.ruleId! ? -1 : 1))
    .map(({ ruleId, message, line, column, endLine, endColumn }) => {
      return { ruleId, message, line, column, endLine, endColumn };
    });

describe("the ESLint plugin", () => {
  it.each([
    ["error", offences],
    ["corpus", corpus],
  ])("says what check says, at the same places, of fixtures/%s", (_, files) => {
    let count = 0;
    for (const path of files) {
      const messages = lint(path, allOn, { programs: [program] });
      expect(shown(messages), path).toEqual(expected(program.getSourceFile(path)!));
      count += messages.length;
    }
    expect(count).toBeGreaterThan(100);
  });

  it("has a rule for each diagnostic that is about code", () => {
    const ofConfiguration = ["unknown-option", "invalid-option"];
    expect(names).toEqual(Object.keys(diagnostics).filter((key) => !ofConfiguration.includes(key)));
    for (const { meta } of Object.values(plugin.rules)) expect(meta!.docs!.description).not.toMatch(/\{\d\}/);
  });

  it("analyzes a file once for all its rules", () => {
    const getTypeChecker = vi.spyOn(program, "getTypeChecker");
    // The parser asks for it, too.
    const callsOf = (rules: Linter.RulesRecord): number => {
      getTypeChecker.mockClear();
      lint(join(root, "error/escape/input.ts"), rules, { programs: [program] });
      return getTypeChecker.mock.calls.length;
    };
    expect(callsOf(allOn)).toBe(callsOf({ "ts-raii/escape": "error" }));
    expect(callsOf({})).toBe(callsOf(allOn) - 1);
    getTypeChecker.mockRestore();
  });

  it("without type information finds what needs none, and says so once", () => {
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const keysOf = (path: string): string[] =>
      lint(join(root, "error", path), allOn, {}).map(({ ruleId }) => ruleId!);
    expect(new Set(keysOf("raii-outside-annotated-function/input.ts"))).toEqual(
      new Set(["ts-raii/raii-outside-annotated-function"]),
    );
    expect(keysOf("escape/input.ts")).toEqual([]);
    expect(emitWarning.mock.calls).toEqual([
      [expect.stringContaining("There is no type information"), { type: "ts-raii/eslint" }],
    ]);
    emitWarning.mockRestore();
  });

  it("recommended has what check finds unasked, errors as errors; using what it finds with --using", () => {
    const { recommended, using } = plugin.configs;
    const { rules = {} } = recommended;
    expect(rules["ts-raii/escape"]).toBe("error");
    expect(rules["ts-raii/await-needless"]).toBe("warn");
    expect(rules).not.toHaveProperty(["ts-raii/lock-order"]);
    expect(Object.keys(rules).length).toBe(names.length - Object.keys(off).length);
    expect(recommended.plugins!["ts-raii"]).toBe(plugin);

    const path = join(root, "cli/using/src/main.ts");
    const ofUsing = createCheckProgram([path]);
    const ask = (config: Linter.Config): string[] =>
      new Linter({ cwd: join(root, "..") })
        .verify(
          readFileSync(path, "utf8"),
          [
            { files: ["**/*.ts"], languageOptions: { parser, parserOptions: { programs: [ofUsing] } } },
            config,
          ],
          path,
        )
        .map(({ line, column, message, ruleId }) => `${line}:${column} ${ruleId!.split("/")[1]}: ${message}`);
    const lines = readFileSync(join(root, "cli/using/expect.txt"), "utf8").trim().split("\n");
    const ofCheck = lines.map((line) => {
      const [, at, column, text] = /\((\d+),(\d+)\): \w+ TS\d+: (.*)$/.exec(line)!;
      return `${at}:${column} ${text}`;
    });
    expect(ask(using)).toEqual(ofCheck);
  });
});
