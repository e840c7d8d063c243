import { Resource } from "./resource.js";

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

/**
 * What a process has one of, also where it has loaded this package twice: as an ES module, and as CommonJS for a
 * dependency, or in two versions. What one copy has made may reach the other: an error, a program, the client of a database.
 *
 * A name means the same in all versions. What is to be kept in another way is kept by another name.
 *
 * It is the map of the combined errors itself, as every bundle has it. A map and not fields of the errors: tools print what
 * they find on an error, and people throw objects with throwing getters.
 */
export interface ProcessState extends WeakMap<object, Parts> {
  /** The scope that has taken what its program is about to yield; see `Scope.take`. */
  scope?: object | undefined;
}

type Global = { [key in typeof Resource.acquire]?: ProcessState };

/** Its key is that of the protocol, which the copies share as well. */
export const processState: ProcessState = /* @__PURE__ */ (() =>
  ((globalThis as Global)[Resource.acquire] ??= new WeakMap()))();

export function partsOf(error: unknown): Parts {
  return processState.get(error as object) ?? [1, error, ""];
}
