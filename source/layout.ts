import type ts from "typescript";

/** What a text is put together from, in its order. */
export type Layout = readonly Part[];

export type Part = SourcePart | FragmentPart | SeparatorPart | MarkPart;

/** A part of the source, to the letter. */
export interface SourcePart {
  readonly kind: "source";
  readonly pos: number;
  readonly end: number;
  /** It ends with a comment that goes to the end of its line. */
  readonly endsInComment?: boolean;
}

/** Something that the lowering has made, printed. */
export interface FragmentPart {
  readonly kind: "fragment";
  /** In `TextPlan.fragments`. */
  readonly index: number;
}

/** Ends the statement or the member before it. */
export interface SeparatorPart {
  readonly kind: "separator";
  readonly text: "" | ";";
  readonly endsLine: boolean;
}

/** What follows stands for this place of the source, unless it says otherwise itself. */
export interface MarkPart {
  readonly kind: "mark";
  readonly source: number;
}

/** How a file that was lowered becomes text again. */
export interface TextPlan {
  readonly layout: Layout;
  /** What is to be printed, each in a form that can stand in a file. */
  readonly fragments: readonly Fragment[];
  /** What stands in fragments for nodes that are put together from the source: names that end in the index of a hole. */
  readonly holes: readonly Layout[];
  /** What these names begin with; it occurs nowhere in the source. */
  readonly prefix: string;
  /** A name that stands before each fragment, and behind the last. */
  readonly delimiter: string;
}

export interface Fragment {
  readonly statements: readonly ts.Statement[];
  /** How much of the printed text, at its beginning and at its end, only gives it a place to stand. */
  readonly wrapper: readonly [before: string, after: string];
}
