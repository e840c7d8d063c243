/** What a combined error is made of. */
export type Parts = readonly [
  /** How many errors it holds. */
  count: number,
  /** The error that came first of all. */
  first: unknown,
  /** The stacks of those that came next, of three of them at most. */
  stacks: string,
  /** What its message says, without the count. Only a combined error has it. */
  text?: string,
];

/** A map and not fields: tools print what they find on an error, and people throw objects with throwing getters. */
export const combinations = /* @__PURE__ */ new WeakMap<object, Parts>();

export function partsOf(error: unknown): Parts {
  return combinations.get(error as object) ?? [1, error, ""];
}
