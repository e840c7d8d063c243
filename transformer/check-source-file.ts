import type ts from "typescript";
import { analyzeSourceFile, type SourceFileAnalysis } from "./1-analyze/analyze-source-file";
import type { Finding } from "./diagnostics/finding";
import type { Options } from "./diagnostics/options";
import { findExpectations } from "./rules/expectations";
import { createFlow } from "./flow/flow";
import { rules } from "./rules/index";
import type { CheckedFile, RuleFinding, TypedFile } from "./rules/rule";

export interface CheckSourceFile {
  /** The host's TypeScript: nodes of two compilers do not mix. */
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  /** Without it only the rules run that need no types. */
  readonly checker?: ts.TypeChecker | undefined;
  readonly options: Options;
  /** Of the Program; only what they say of JSX matters. */
  readonly compilerOptions?: ts.CompilerOptions;
  readonly report: (finding: Finding) => void;
  /** Is told when a rule fails on code nobody thought of. Its findings up to there stand, and the other rules run. */
  readonly onInternalError?: (error: unknown) => void;
}

/**
 * Says all there is to say about a file, once, in the order of the text: what keeps it from being compiled and what the
 * rules find. Compiler, editor and check command are faces over this. Changes nothing, and never throws on account
 * of the code it looks at.
 */
export function checkSourceFile(input: CheckSourceFile): void {
  const { tsInstance, sourceFile, options, compilerOptions = {} } = input;
  const findings: Finding[] = [];
  const analysis = analyzeSourceFile(tsInstance, sourceFile, options, compilerOptions, (finding) =>
    findings.push(finding),
  );
  checkAnalysis(input, analysis, findings);
}

/** The same, where the file has been analyzed already. @param findings what the analysis has reported. */
export function checkAnalysis(
  input: CheckSourceFile,
  analysis: SourceFileAnalysis | undefined,
  findings: readonly Finding[],
): void {
  const all = [...findings];
  runRules(input, analysis, (finding) => all.push(finding));

  const expectations = findExpectations(input.tsInstance, input.sourceFile, input.checker !== undefined);
  const loud = all
    .filter((finding) => !expectations.take(finding))
    .concat(expectations.unused())
    .sort((a, b) => (a.start ?? 0) - (b.start ?? 0) || a.key.localeCompare(b.key));
  const said = new Set<string>();
  for (const finding of loud) {
    const id = `${finding.key} ${finding.start} ${finding.length}`;
    const severity = input.options.severity[finding.key];
    if (said.has(id) || severity === "off") continue;
    said.add(id);
    input.report(severity === undefined ? finding : { ...finding, severity });
  }
}

function runRules(
  input: CheckSourceFile,
  analysis: SourceFileAnalysis | undefined,
  report: (finding: Finding) => void,
): void {
  const { tsInstance, options, checker, onInternalError = () => {} } = input;
  const model = analysis?.model;
  if (model === undefined && checker === undefined) return;
  const { sourceFile } = input;
  const say = ({ node, args = [], related = [], ...finding }: RuleFinding): void => {
    const start = node.getStart(sourceFile);
    const elsewhere = related.filter((each) => each.start !== start);
    report({ ...finding, args, related: elsewhere, sourceFile, start, length: node.end - start });
  };
  const file: CheckedFile = { tsInstance, sourceFile, model, options, say, acquiringByFix: new Set() };
  let typed: TypedFile | undefined;
  for (const rule of rules) {
    try {
      if (!rule.needsTypes) rule.check(file);
      else if (checker !== undefined)
        rule.check((typed ??= { ...file, checker, flow: createFlow({ ...file, checker }) }));
    } catch (error) {
      onInternalError(error);
    }
  }
}
