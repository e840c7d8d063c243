import type ts from "typescript";
import type { Finding } from "../transformer/diagnostics/finding";
import { type Options, parseOptions } from "../transformer/diagnostics/options";
import { transformSourceFile } from "../transformer/transform-source-file";
import { emitFragments, hasSyntaxErrors } from "./emit-fragments";
import type { TextPlan } from "./layout";
import { loadTypeScript } from "./load-typescript";
import { mayHaveRaii } from "./may-have-raii";
import { parse } from "./parse";
import { planText } from "./plan-text";
import { type SourceDiagnostic, sourceDiagnostic } from "./source-diagnostic";
import { textTokens } from "./text-tokens";
import { writeText } from "./write-text";

export interface TransformOptions extends Partial<Omit<Options, "inlayHints">> {
  /** The TypeScript to use, of version 5.9 or 6; by default the one that is installed. */
  readonly typescript?: typeof ts | undefined;
  /** Is told of each finding. Without it an error in the options is thrown, and other findings are dropped. */
  readonly onDiagnostic?: ((diagnostic: SourceDiagnostic) => void) | undefined;
}

/** A source map of version 3. */
export interface SourceMap {
  version: 3;
  file?: string;
  sources: string[];
  sourcesContent: string[];
  names: string[];
  mappings: string;
}

/** What `transform` gives for a file that it changes. */
export interface Transformed {
  /** TypeScript if TypeScript came in: types, JSX and decorators are left to the host. */
  readonly code: string;
  /** From `code` to the text that came in. */
  readonly map: SourceMap;
}

/**
 * Compiles the functions of one file that are annotated with `"use raii"` or `@raii`, and leaves the rest to the letter.
 *
 * @param code the text of a TypeScript, TSX, JavaScript or JSX file.
 * @param id its path. The ending says what the text is. A query behind it is ignored.
 * @returns `undefined` when there is nothing to compile: the file does not use raii, was compiled before, or cannot be
 *   parsed. The host then takes the text as it is, and reports the syntax errors.
 * @throws {Error} when no TypeScript is installed that can be used, or when an option is wrong and `onDiagnostic` is not set.
 * @example
 * const result = transform(code, "/src/copy.ts", { lowering: "inline" });
 * if (result) writeFileSync("/out/copy.ts", result.code);
 */
export function transform(code: string, id: string, options: TransformOptions = {}): Transformed | undefined {
  const { typescript, onDiagnostic, ...config } = options;
  const fileName = id.replace(/[?#].*$/s, "");
  const report = (finding: Finding): void => {
    const diagnostic = sourceDiagnostic(finding, id);
    if (diagnostic === undefined) return;
    if (onDiagnostic !== undefined) onDiagnostic(diagnostic);
    else if (finding.sourceFile === undefined) throw new Error(`ts-raii: ${diagnostic.message}`);
  };
  const parsed = parseOptions(config, report);
  if (!mayHaveRaii(code, parsed.importSource)) return undefined;
  const tsInstance = typescript ?? loadTypeScript(fileName);
  const sourceFile = parse(tsInstance, fileName, code, parsed.importSource);
  if (hasSyntaxErrors(tsInstance, sourceFile)) return undefined;
  let plan: TextPlan | undefined;
  const emitted = emitFragments(tsInstance, (context) => {
    const lowered = transformSourceFile(
      { tsInstance, context, options: parsed, report, keepsLines: true },
      sourceFile,
    );
    if (lowered === sourceFile) return undefined;
    plan = planText(tsInstance, context, sourceFile, lowered);
    return { sourceFile, fragments: plan.fragments, delimiter: plan.delimiter };
  });
  if (emitted === undefined || plan === undefined) return undefined;
  const tokens = textTokens(sourceFile, plan, emitted);
  const { code: text, mappings } = writeText(sourceFile, tokens);
  return { code: text, map: { version: 3, sources: [id], sourcesContent: [code], names: [], mappings } };
}
