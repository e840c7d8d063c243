import type ts from "typescript";
import type { DiagnosticKey, Severity } from "./table";

/** Something to say to the user: about a part of a file, or about the configuration where there is no file. */
export interface Finding {
  readonly key: DiagnosticKey;
  readonly args: readonly string[];
  /** What to do here, where that is more than the table says. */
  readonly help?: string;
  readonly sourceFile: ts.SourceFile | undefined;
  readonly start: number | undefined;
  readonly length: number | undefined;
  /** Other places that explain this one, in the same file. */
  readonly related?: readonly RelatedPlace[];
  /** What would make it right. */
  readonly fix?: Fix;
  /** What the plugin options make of the category; absent: as the table says. */
  readonly severity?: Exclude<Severity, "off">;
  /** It is about code without raii: its advice is what `using` can do. */
  readonly isOfUsing?: true;
}

/** A place that explains a finding. */
export interface RelatedPlace {
  readonly start: number;
  readonly length: number;
  readonly message: string;
}

/** A change of the text that makes a finding go away; its edits do not overlap. */
export interface Fix {
  /** One name for all fixes of a kind, for "fix all". */
  readonly id: string;
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** Whether it is right, somebody must decide: the finding may be cured in another way, too. */
  readonly needsDecision?: true;
}

/** Replaces `length` characters at `start`. */
export interface TextEdit {
  readonly start: number;
  readonly length: number;
  readonly text: string;
}
