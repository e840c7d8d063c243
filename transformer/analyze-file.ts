import type ts from "typescript";
import { analyzeSourceFile, type SourceFileAnalysis } from "./1-analyze/analyze-source-file";
import type { Finding } from "./diagnostics/finding";
import { isOn, type Options } from "./diagnostics/options";
import { entryOf } from "./diagnostics/table";
import { createFlow, type Flow } from "./flow/flow";
import { findExpectations } from "./rules/helpers/expectations";
import { toldOfUsing } from "./rules/helpers/told-of-using";
import { runRules } from "./rules/run-rules";

export interface AnalyzeFile {
  /** The host's TypeScript: nodes of two compilers do not mix. */
  readonly tsInstance: typeof ts;
  /** The file as it is to be compiled: as it was parsed, or as another transformer has rebuilt it. */
  readonly sourceFile: ts.SourceFile;
  /** Without it only the rules run that need no types. */
  readonly checker?: ts.TypeChecker | undefined;
  readonly options: Options;
  /** Of the Program. */
  readonly compilerOptions?: ts.CompilerOptions;
  /** The code base has no raii: what is found is told in the words of `using`. */
  readonly withoutRaii?: boolean;
  /** What is compiled is written as text that keeps its lines. */
  readonly keepsLines?: boolean;
  /** Is told when a rule fails on code nobody thought of. Its findings up to there stand, and the other rules run. */
  readonly onInternalError?: (error: unknown) => void;
}

/** What is known of a file. Each part is computed when it is first asked for, and kept. */
export interface AnalyzedFile {
  /** Of the file as it is to be compiled; `undefined` when nothing in it is about resources. */
  readonly analysis: SourceFileAnalysis | undefined;
  /** Where handles go; `undefined` without a checker. */
  flow(): Flow | undefined;
  /** Everything to report, each once, in the order of the text: what cannot be compiled, and what the rules find. */
  findings(): readonly Finding[];
}

/** The one analysis of a file. The build, the editor and the check command are faces over this. */
export function analyzeFile(input: AnalyzeFile): AnalyzedFile {
  const { tsInstance, sourceFile, checker, options, compilerOptions = {} } = input;
  const { withoutRaii = false, keepsLines = false } = input;
  const analyze = (file: ts.SourceFile, found: Finding[]): ReturnType<typeof analyzeSourceFile> =>
    analyzeSourceFile(
      tsInstance,
      file,
      options,
      compilerOptions,
      (finding) => found.push(finding),
      keepsLines,
    );
  const ofAnalysis: Finding[] = [];
  const analyzed = analyze(sourceFile, ofAnalysis);
  if (analyzed === "compiled") return { analysis: undefined, flow: () => undefined, findings: () => [] };
  const analysis = analyzed;
  let flow: Flow | undefined;
  let findings: readonly Finding[] | undefined;
  let parsed: ParsedFile | undefined;
  return {
    analysis,
    flow: getFlow,
    findings: () => (findings ??= findAll()),
  };

  /** Types and parents belong to what was parsed. */
  function getParsed(): ParsedFile {
    if (parsed !== undefined) return parsed;
    const file = parsedFile(tsInstance, sourceFile);
    const ofParsed = file === sourceFile ? analysis : analyze(file, []);
    const model = ofParsed === "compiled" ? undefined : ofParsed?.model;
    return (parsed = { sourceFile: file, model });
  }

  function getFlow(): Flow | undefined {
    if (checker === undefined) return undefined;
    return (flow ??= createFlow({ ...getParsed(), tsInstance, checker }));
  }

  function findAll(): readonly Finding[] {
    const { sourceFile: file, model } = getParsed();
    const { onInternalError = () => {} } = input;
    const types = checker && (() => ({ checker, flow: getFlow()! }));
    const ofRules =
      model === undefined && types === undefined
        ? []
        : runRules({ tsInstance, sourceFile: file, model, options, withoutRaii, types, onInternalError });
    const expectations = findExpectations(
      tsInstance,
      file,
      (key) => isOn(options, key) && (types !== undefined || !entryOf(key).needsTypes),
    );
    const unexpected = [...ofAnalysis, ...ofRules]
      .filter((finding) => !expectations.take(finding))
      .concat(expectations.unused())
      .sort((a, b) => (a.start ?? 0) - (b.start ?? 0) || a.key.localeCompare(b.key));
    return withSeverities(unexpected, options).map(toldOfUsing(file, model, withoutRaii));
  }
}

interface ParsedFile {
  readonly sourceFile: ts.SourceFile;
  readonly model: SourceFileAnalysis["model"] | undefined;
}

/** The findings as loud as the options say, each once. */
function withSeverities(findings: readonly Finding[], options: Options): readonly Finding[] {
  const known = new Set<string>();
  return findings.flatMap((finding) => {
    const id = `${finding.key} ${finding.start} ${finding.length}`;
    const severity = options.severity[finding.key];
    if (known.has(id) || severity === "off") return [];
    known.add(id);
    return severity === undefined ? finding : { ...finding, severity };
  });
}

/** The file as it was parsed, with `parent` set on its nodes. */
function parsedFile(tsInstance: typeof ts, sourceFile: ts.SourceFile): ts.SourceFile {
  const original = tsInstance.getOriginalNode(sourceFile) as ts.SourceFile;
  const [first] = original.statements;
  if (first === undefined || (first.parent as ts.Node | undefined) !== undefined) return original;
  const { fileName, text, languageVersion } = original;
  const kind = /x$/.test(fileName) ? tsInstance.ScriptKind.TSX : tsInstance.ScriptKind.TS;
  return tsInstance.createSourceFile(fileName, text, languageVersion, true, kind);
}
