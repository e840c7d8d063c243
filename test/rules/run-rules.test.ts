import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { analyzeFile } from "../../transformer/analyze-file.ts";
import { type Options, parseOptions } from "../../transformer/diagnostics/options.ts";
import { type DiagnosticKey, diagnostics } from "../../transformer/diagnostics/table.ts";
import { annotatedWithoutRaii } from "../../transformer/rules/annotated-without-raii.ts";
import { escape } from "../../transformer/rules/escape.ts";
import { rules } from "../../transformer/rules/index.ts";
import { inOrder, needsTypes, type Rule } from "../../transformer/rules/rule.ts";
import { runRules } from "../../transformer/rules/run-rules.ts";
import { createCheckProgram, findingsOf } from "../harness/check-program.ts";

const root = join(import.meta.dirname, "../../fixtures/error");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("input.ts"))
  .map((name) => join(root, name));
const program = createCheckProgram(sources);
const allOn = Object.fromEntries(rules.flatMap(({ reports }) => reports.map((key) => [key, "warning"])));

/** Runs these rules alone over a file. */
function run(path: string, which: readonly Rule[], options: Options, withTypes = true) {
  const sourceFile = program.getSourceFile(path)!;
  const checker = program.getTypeChecker();
  const file = analyzeFile({ tsInstance: ts, sourceFile, checker, options });
  const errors: unknown[] = [];
  const input = { tsInstance: ts, sourceFile, model: file.analysis?.model, options, withoutRaii: false };
  const types = withTypes ? () => ({ checker, flow: file.flow()! }) : undefined;
  const findings = runRules({ ...input, types, onInternalError: (error) => errors.push(error) }, which);
  return { findings: findings.map(({ key, start }) => `${key} ${start}`).sort(), errors };
}

const options = (severity: object): Options =>
  parseOptions({ severity }, ({ key }) => expect.unreachable(key));

describe("a rule", () => {
  it("reports only what it declares", () => {
    for (const path of sources) expect(run(path, rules, options(allOn)).errors, path).toEqual([]);
  });

  it("that reports something else is an internal error; the finding is kept", () => {
    const rule: Rule = { ...escape, reports: ["suppression"] };
    const { errors, findings } = run(join(root, "escape/input.ts"), [rule], options({}));
    expect(String(errors[0])).toBe(
      "Error: The rule of suppression reports escape, which it does not declare.",
    );
    expect(findings).not.toEqual([]);
  });

  it("is run only where one of its keys is on", () => {
    let runs = 0;
    const rule: Rule = { reports: ["lock-order", "escape"], check: () => void runs++ };
    const path = join(root, "escape/input.ts");
    run(path, [rule], options({ escape: "off" })); // lock-order is off by default
    expect(runs).toBe(0);
    run(path, [rule], options({ escape: "off", "lock-order": "suggestion" }));
    run(path, [rule], options({}));
    expect(runs).toBe(2);
  });

  it("is run without types only where the table says that its keys need none", () => {
    for (const { reports } of rules)
      expect(new Set(reports.map((key) => diagnostics[key].needsTypes)).size).toBe(1);
    expect(needsTypes(escape)).toBe(true);
    expect(needsTypes(annotatedWithoutRaii)).toBe(false);
    const { findings } = run(join(root, "escape/input.ts"), rules, options(allOn), false);
    for (const finding of findings) expect(diagnostics[keyOf(finding)].needsTypes).toBe(false);
  });
});

const keyOf = (finding: string): DiagnosticKey => finding.split(" ")[0] as DiagnosticKey;

describe("the order of the rules", () => {
  it("follows from what they declare, in whatever order they are listed", () => {
    const expected = sources.map((path) => run(path, rules, options(allOn)).findings);
    const shuffled = fc.shuffledSubarray([...rules], { minLength: rules.length });
    fc.assert(
      fc.property(shuffled, (list) => {
        const ordered = inOrder(list);
        expect(ordered).toHaveLength(rules.length);
        expect(sources.map((path) => run(path, ordered, options(allOn)).findings)).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });

  it("puts annotated-without-raii after each rule whose fix acquires", () => {
    const acquiring = sources.flatMap((path) =>
      findingsOf(program, path, { severity: allOn })
        .filter(({ fix }) => fix?.id === "acquire-resource")
        .map(({ key }) => key),
    );
    expect(new Set(acquiring)).toEqual(new Set(annotatedWithoutRaii.after));
  });

  it("must exist", () => {
    const check = (): void => {};
    const first: Rule = { reports: ["escape"], after: ["suppression"], check };
    const second: Rule = { reports: ["suppression"], after: ["escape"], check };
    expect(() => inOrder([first, second])).toThrow("These rules wait for each other: escape, suppression.");
  });
});

describe("raii-expect-error", () => {
  it("is not held to be needless where what it names is off", () => {
    const path = join(root, "unused-expectation/input.ts");
    expect(findingsOf(program, path).map(({ key }) => key)).toEqual(["unused-expectation"]);
    expect(findingsOf(program, path, { severity: { escape: "off" } })).toEqual([]);
  });
});
