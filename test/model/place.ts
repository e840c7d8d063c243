import type fc from "fast-check";
import type { FunctionKind, Statement } from "./program.ts";

/** What is legal at a place of a program that is being made. */
export interface Place {
  readonly counter: { next: number };
  /** The variables in sight that hold a handle or a number. */
  readonly names: string[];
  /** Those that hold a caught error. */
  readonly errors: readonly string[];
  readonly targets: readonly Target[];
  /** The kind of the function; `undefined` outside of all. */
  readonly kind: FunctionKind | undefined;
}

interface Target {
  readonly label: string | undefined;
  readonly of: "loop" | "switch" | "block";
}

/**
 * The arbitraries give functions of the place and not trees: only the place knows which jumps are legal, which variables
 * are in sight and which names are free. So every program is well-formed, and stays so while it is shrunk.
 */
export type Build<T> = (place: Place) => T;

export function building<Value, T>(
  arbitrary: fc.Arbitrary<Value>,
  build: (place: Place, value: Value) => T,
): fc.Arbitrary<Build<T>> {
  return arbitrary.map((value) => (place) => build(place, value));
}

export function outermostPlace(): Place {
  return { counter: { next: 1 }, names: [], errors: [], targets: [], kind: undefined };
}

export function canAwait({ kind }: Place): boolean {
  return kind === "async" || kind === "async generator";
}

export function canYield({ kind }: Place): boolean {
  return kind === "generator" || kind === "async generator";
}

/** The place in a function that stands here. */
export function insideFunction(place: Place, kind: FunctionKind): Place {
  return { ...place, targets: [], kind };
}

/** A name that the program does not have yet. */
export function fresh({ counter }: Place, prefix: string): string {
  return `${prefix}${counter.next++}`;
}

/** The place inside a statement that can be jumped out of. */
export function insideTarget(place: Place, label: string | undefined, of: Target["of"]): Place {
  return { ...insideList(place), targets: [...place.targets, { label, of }] };
}

/** The place in a list of statements: what is declared there is not seen outside. */
export function insideList(place: Place): Place {
  return { ...place, names: [...place.names] };
}

export function legalJumps({ targets }: Place): Statement[] {
  const jumps: Statement[] = [];
  const add = (how: "break" | "continue", label?: string): void =>
    void jumps.push({ kind: "jump", how, label });
  if (targets.some(({ of }) => of !== "block")) add("break");
  if (targets.some(({ of }) => of === "loop")) add("continue");
  for (const { label, of } of targets) {
    if (label === undefined) continue;
    add("break", label);
    if (of === "loop") add("continue", label);
  }
  return jumps;
}
