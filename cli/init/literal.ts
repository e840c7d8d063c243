/** A part of a text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A value as a configuration writes it: in JavaScript, TypeScript or JSON. */
export type Literal = ObjectLiteral | ArrayLiteral | TextLiteral | OtherLiteral;

export interface ObjectLiteral extends Range {
  readonly kind: "object";
  /** The properties. One without a key is a spread, or has a key that is computed. */
  readonly items: readonly Item[];
}

export interface ArrayLiteral extends Range {
  readonly kind: "array";
  /** The elements, without keys. */
  readonly items: readonly Item[];
}

/** What stands between the brackets, separated by commas. */
export interface Item extends Range {
  readonly key?: string | undefined;
  /** It may stand elsewhere: where a name stands for it. */
  readonly value: Literal;
}

export interface TextLiteral extends Range {
  readonly kind: "text";
  readonly text: string;
}

/** What cannot be looked into: a call, a variable of another file. */
export interface OtherLiteral extends Range {
  readonly kind: "other";
}

/** A text that is put into another one. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Puts texts in. Those at the same place stand in the order in which they are given. */
export function applyInsertions(text: string, insertions: readonly Insertion[]): string {
  const sorted = insertions.map((each, order) => ({ ...each, order }));
  sorted.sort((a, b) => b.at - a.at || b.order - a.order);
  return sorted.reduce((result, { at, text: added }) => result.slice(0, at) + added + result.slice(at), text);
}
