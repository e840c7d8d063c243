import type ts from "typescript";
import type { SourceFileModel } from "../1-analyze/model";
import type { Fix, RelatedPlace } from "../diagnostics/finding";
import type { Options } from "../diagnostics/options";
import { type DiagnosticKey, type diagnostics, entryOf, type Severity } from "../diagnostics/table";
import type { Flow } from "../flow/flow";

/** What a rule looks at. It reads only. */
export interface CheckedFile {
  readonly tsInstance: typeof ts;
  /** As it was parsed, with `parent` set. */
  readonly sourceFile: ts.SourceFile;
  /** `undefined` where nothing in the file is about resources as far as its text shows. */
  readonly model: SourceFileModel | undefined;
  readonly options: Options;
  /** The code base has no raii: no fix may bring it in. */
  readonly withoutRaii: boolean;
  readonly report: (finding: RuleFinding) => void;
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
  /** What to do, where that is more than the table says. */
  readonly help?: string;
  readonly related?: readonly RelatedPlace[];
  readonly fix?: Fix;
  /** How loud it is, unless the options say otherwise; absent: as the table says. */
  readonly severity?: Exclude<Severity, "off">;
}

type KeyThatNeedsTypes = {
  [Key in DiagnosticKey]: (typeof diagnostics)[Key]["needsTypes"] extends true ? Key : never;
}[DiagnosticKey];

interface RuleOf<Key extends DiagnosticKey, File> {
  /** The keys of its findings. The table says of each whether it needs types, and whether it is off. */
  readonly reports: readonly [Key, ...Key[]];
  /** The keys whose rules must have run before. */
  readonly after?: readonly DiagnosticKey[];
  readonly check: (file: File) => void;
}

/** A rule that runs on every file. */
export type SyntaxRule = RuleOf<Exclude<DiagnosticKey, KeyThatNeedsTypes>, CheckedFile>;

/** A rule that runs where the host has a Program. */
export type TypeRule = RuleOf<KeyThatNeedsTypes, TypedFile>;

export type Rule = SyntaxRule | TypeRule;

/** Whether a rule is a `TypeRule`, as the table says. */
export function needsTypes(rule: Rule): rule is TypeRule {
  return rule.reports.some((key) => entryOf(key).needsTypes);
}

/**
 * Puts rules in an order in which each comes after those that it names.
 *
 * @throws {Error} where rules wait for each other.
 */
export function inOrder(rules: readonly Rule[]): readonly Rule[] {
  const ordered: Rule[] = [];
  let pending = rules;
  while (pending.length > 0) {
    const isWaiting = ({ after = [] }: Rule): boolean =>
      pending.some(({ reports }) => reports.some((key) => after.includes(key)));
    const ready = pending.filter((rule) => !isWaiting(rule));
    if (ready.length === 0)
      throw new Error(
        `These rules wait for each other: ${pending.flatMap(({ reports }) => reports).join(", ")}.`,
      );
    ordered.push(...ready);
    pending = pending.filter((rule) => !ready.includes(rule));
  }
  return ordered;
}
