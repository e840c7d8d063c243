import type ts from "typescript";
import type { SourceFileModel } from "../1-analyze/model";
import { type DiagnosticKey, entryOf } from "../diagnostics/table";
import type { Fix, RelatedPlace } from "../diagnostics/finding";
import type { Options } from "../diagnostics/options";
import type { Flow } from "../flow/flow";

/** What a rule looks at. It reads only. */
export interface CheckedFile {
  readonly tsInstance: typeof ts;
  /** As it was parsed, with `parent` set. */
  readonly sourceFile: ts.SourceFile;
  /** `undefined` where nothing in the file is about resources as far as its text shows. */
  readonly model: SourceFileModel | undefined;
  readonly options: Options;
  readonly say: (finding: RuleFinding) => void;
  /** The functions in which a fix that is offered acquires something. Filled by the rules that offer it. */
  readonly acquiringByFix: Set<ts.Node>;
}

/** The same, where the host has a Program. */
export interface TypedFile extends CheckedFile {
  readonly checker: ts.TypeChecker;
  /** Where handles go; made once for all rules. */
  readonly flow: Flow;
}

/** What a rule says. */
export interface RuleFinding {
  readonly key: DiagnosticKey;
  /** What is underlined. */
  readonly node: ts.Node;
  readonly args?: readonly string[];
  readonly related?: readonly RelatedPlace[];
  readonly fix?: Fix;
}

/** Whether a rule that may be off is to look at all. */
export function isAsked({ severity }: Options, key: DiagnosticKey): boolean {
  return (severity[key] ?? entryOf(key).category) !== "off";
}

/** One rule: a function over a file. Those that need types come after those that do not, and only with a Program. */
export type Rule =
  | { readonly needsTypes: false; readonly check: (file: CheckedFile) => void }
  | { readonly needsTypes: true; readonly check: (file: TypedFile) => void };
