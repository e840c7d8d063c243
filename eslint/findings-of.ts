import type { Rule, SourceCode } from "eslint";
import type ts from "typescript";
import { mayHaveRaii } from "../source/may-have-raii";
import { usingDeclaration } from "../transformer/1-analyze/analyze-source-file";
import { analyzeFile } from "../transformer/analyze-file";
import type { Finding, Fix } from "../transformer/diagnostics/finding";
import { type Options, parseOptions } from "../transformer/diagnostics/options";
import { type DiagnosticKey, diagnostics, entryOf } from "../transformer/diagnostics/table";
import { fixesOf } from "../transformer/fixes/fixes-of";
import { isCompiled } from "../transformer/syntax/is-compiled";
import { parsedFile } from "./parsed-file";
import { tellOnce } from "./tell-once";

/** A finding with the ways to make it go away. */
export interface FixableFinding extends Finding {
  readonly fixes: readonly Fix[];
}

/** What `settings["ts-raii"]` may say in a configuration of ESLint. */
export interface Settings {
  /** The code has no raii: advice and fixes are what `using` can do. */
  readonly using?: boolean;
  /** As the option of the plugin in tsconfig.json, which is read where there is type information. */
  readonly importSource?: string;
}

interface Analyzed {
  readonly findings: readonly FixableFinding[];
  /** Whether the file is about resources, and the rules that need types have not run. */
  readonly lacksTypes: boolean;
}

/** All rules ask about a file in turn; it is analyzed for the first. */
const analyzed = new WeakMap<SourceCode, Analyzed>();

/** What is found in the file that ESLint looks at, by one rule; nothing where the rule needs types and has none. */
export function findingsOf(context: Rule.RuleContext, key: DiagnosticKey): readonly FixableFinding[] {
  const { sourceCode } = context;
  let known = analyzed.get(sourceCode);
  if (known === undefined) analyzed.set(sourceCode, (known = analyze(context)));
  if (known.lacksTypes && entryOf(key).needsTypes)
    tellOnce(
      "There is no type information, so only the rules run that need none. " +
        "Give typescript-eslint's parser the option projectService: true.",
    );
  return known.findings.filter((finding) => finding.key === key);
}

function analyze({ sourceCode, filename, cwd, settings }: Rule.RuleContext): Analyzed {
  const nothing: Analyzed = { findings: [], lacksTypes: false };
  const { using: withoutRaii = false, importSource } = (settings["ts-raii"] ?? {}) as Settings;
  const { program: typed } = sourceCode.parserServices as { readonly program?: ts.Program | null };
  const isAboutResources = mentionsResources(sourceCode.text, importSource ?? "ts-raii");
  if (!typed && !isAboutResources) return nothing;
  const parsed = parsedFile(sourceCode, filename, cwd);
  if (parsed === undefined) return nothing;
  const { tsInstance, sourceFile, program } = parsed;
  if (program === undefined ? sourceFile.isDeclarationFile : !isCompiled(program, sourceFile)) return nothing;

  const compilerOptions = program?.getCompilerOptions() ?? {};
  const options = optionsFor({
    ...entryIn(compilerOptions),
    ...(importSource !== undefined && { importSource }),
  });
  const file = analyzeFile({
    tsInstance,
    sourceFile,
    checker: program?.getTypeChecker(),
    options,
    withoutRaii,
    compilerOptions,
    onInternalError: (error) =>
      tellOnce(
        `A rule failed on ${filename}, please report it: ${error instanceof Error ? error.stack : error}`,
      ),
  });
  return {
    findings: file
      .findings()
      .map((finding) => ({ ...finding, fixes: fixesOf(tsInstance, sourceFile, options, finding) })),
    lacksTypes: program === undefined && file.analysis !== undefined,
  };
}

/** Whether the text of a file shows that it is worth parsing it once more. */
function mentionsResources(text: string, importSource: string): boolean {
  return mayHaveRaii(text, importSource) || text.includes("use raii") || usingDeclaration.test(text);
}

/** The entry of our plugin in the tsconfig.json of a Program. */
function entryIn({ plugins }: ts.CompilerOptions): object | undefined {
  if (!Array.isArray(plugins)) return undefined;
  return (plugins as readonly { readonly name?: unknown; readonly transform?: unknown }[]).find(
    ({ name, transform }) => transform === "ts-raii/transformer" || name === "ts-raii",
  );
}

/** How loud a finding is, ESLint decides; only what tsconfig.json puts off is not looked for. */
function optionsFor(entry: object): Options {
  const options = parseOptions(entry, () => {}); // the build says what is wrong with them
  const isOff = (key: DiagnosticKey): boolean => entryOf(key).category === "off";
  const offByDefault = (Object.keys(diagnostics) as DiagnosticKey[]).filter(isOff);
  const on = Object.fromEntries(offByDefault.map((key) => [key, "suggestion"]));
  return { ...options, severity: { ...on, ...options.severity } };
}
