import type { Finding } from "../diagnostics/finding";
import type { Flow } from "../flow/flow";
import { rules } from "./index";
import type { CheckedFile, RuleFinding, TypedFile } from "./rule";

/** What the rules are run over. */
export interface RunRules extends Omit<CheckedFile, "say" | "acquiringByFix"> {
  /** Without it only the rules run that need no types. */
  readonly checker: TypedFile["checker"] | undefined;
  /** Is called when the first rule that needs types runs. */
  readonly flow: () => Flow | undefined;
  /** Is told when a rule throws. Its findings up to there stand, and the other rules run. */
  readonly onInternalError: (error: unknown) => void;
}

/** Runs every rule over a file. */
export function runRules({ checker, flow, onInternalError, ...input }: RunRules): readonly Finding[] {
  const { sourceFile } = input;
  const findings: Finding[] = [];
  const say = ({ node, args = [], related = [], ...finding }: RuleFinding): void => {
    const start = node.getStart(sourceFile);
    const elsewhere = related.filter((each) => each.start !== start);
    findings.push({ ...finding, args, related: elsewhere, sourceFile, start, length: node.end - start });
  };
  const file: CheckedFile = { ...input, say, acquiringByFix: new Set() };
  let typed: TypedFile | undefined;
  for (const rule of rules) {
    try {
      if (!rule.needsTypes) rule.check(file);
      else if (checker !== undefined) rule.check((typed ??= { ...file, checker, flow: flow()! }));
    } catch (error) {
      onInternalError(error);
    }
  }
  return findings;
}
