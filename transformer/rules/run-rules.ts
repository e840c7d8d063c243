import type ts from "typescript";
import type { Finding } from "../diagnostics/finding";
import { isOn } from "../diagnostics/options";
import { rules } from "./index";
import { type CheckedFile, needsTypes, type Rule, type RuleFinding, type TypedFile } from "./rule";

/** What the rules are run over. */
export interface RunRules extends Omit<CheckedFile, "report" | "acquiringByFix"> {
  /** Without it only the rules run that need no types. Is called when the first of the others runs. */
  readonly types: (() => Pick<TypedFile, "checker" | "flow">) | undefined;
  /** Is told when a rule throws. Its findings up to there stand, and the other rules run. */
  readonly onInternalError: (error: unknown) => void;
}

/**
 * Runs the rules over a file, but those of whose findings all are off.
 *
 * @param all the rules, in an order in which each comes after those that it names.
 */
export function runRules(
  { types, onInternalError, ...input }: RunRules,
  all: readonly Rule[] = rules,
): readonly Finding[] {
  const { sourceFile, options } = input;
  const findings: Finding[] = [];
  const reportFor =
    ({ reports }: Rule) =>
    ({ node, args = [], related = [], ...finding }: RuleFinding): void => {
      const { key } = finding;
      if (!(reports as readonly string[]).includes(key))
        onInternalError(
          new Error(`The rule of ${reports.join(", ")} reports ${key}, which it does not declare.`),
        );
      const start = node.getStart(sourceFile);
      const elsewhere = related.filter((each) => each.start !== start);
      findings.push({ ...finding, args, related: elsewhere, sourceFile, start, length: node.end - start });
    };
  const acquiringByFix = new Set<ts.Node>();
  let typed: Pick<TypedFile, "checker" | "flow"> | undefined;
  for (const rule of all) {
    if (!rule.reports.some((key) => isOn(options, key))) continue;
    try {
      const file: CheckedFile = { ...input, report: reportFor(rule), acquiringByFix };
      if (!needsTypes(rule)) rule.check(file);
      else if (types !== undefined) rule.check({ ...file, ...(typed ??= types()) });
    } catch (error) {
      onInternalError(error);
    }
  }
  return findings;
}
