import fc from "fast-check";

/** A resource as data: a leaf, or one made of others. It can be built, and the reference knows what it does. */
export type Part =
  | Leaf
  | {
      readonly kind: "map" | "tap";
      readonly of: Part;
      readonly fails: boolean;
      readonly isAsync: boolean;
      id?: number;
    }
  | { readonly kind: "flatMap"; readonly of: Part; readonly next: Part; readonly isAsync: boolean }
  | { readonly kind: "all" | "record"; readonly parts: readonly Part[] }
  | {
      readonly kind: "onExit";
      readonly of: Part;
      readonly release: Release;
      readonly isAsync: boolean;
      id?: number;
    }
  | { readonly kind: "recover"; readonly of: Part; readonly instead: Part };

export interface Leaf {
  readonly kind: "leaf";
  readonly how: How;
  readonly acquire: Acquire;
  readonly release: Release;
  id?: number;
}

/** The last three take time. */
export type How = "nothing" | "disposable" | "sync" | "asyncDisposable" | "async" | "promise";
export type Acquire = "ok" | "fails";
export type Release = "ok" | "fails" | "suppresses";

/** What parts are made of. */
export interface Kinds {
  readonly hows: readonly How[];
  readonly acquires: readonly Acquire[];
  readonly releases: readonly Release[];
}

export const synchronous: readonly How[] = ["nothing", "disposable", "sync"];
export const asynchronous: readonly How[] = [...synchronous, "asyncDisposable", "async", "promise"];
export const acquires: readonly Acquire[] = ["ok", "ok", "ok", "fails"];
export const releases: readonly Release[] = ["ok", "ok", "fails", "suppresses"];

export function arbitraryLeaf(kinds: Kinds): fc.Arbitrary<Leaf> {
  return fc
    .tuple(
      fc.constantFrom(...kinds.hows),
      fc.constantFrom(...kinds.acquires),
      fc.constantFrom(...kinds.releases),
    )
    .map(([how, acquire, release]) => {
      const isPlain = how === "nothing" || /disposable/i.test(how); // it is there, and is not told how it ends
      return {
        kind: "leaf",
        how,
        acquire: isPlain ? "ok" : acquire,
        release: how === "nothing" || (isPlain && release === "suppresses") ? "ok" : release,
      };
    });
}

export function arbitraryPart(kinds: Kinds): fc.Arbitrary<Part> {
  const isAsync = kinds.hows.includes("async") ? fc.boolean() : fc.constant(false);
  const fails = fc.constantFrom(...kinds.acquires).map((acquire) => acquire === "fails");
  const release = fc.constantFrom(...kinds.releases);
  return fc.letrec<{ part: Part }>((tie) => {
    const of = tie("part");
    return {
      part: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        arbitraryLeaf(kinds),
        fc.record({ kind: fc.constantFrom("map", "tap"), of, fails, isAsync }),
        fc.record({ kind: fc.constant("flatMap"), of, next: of, isAsync }),
        fc.record({ kind: fc.constantFrom("all", "record"), parts: fc.array(of, { maxLength: 4 }) }),
        fc.record({ kind: fc.constant("onExit"), of, release, isAsync }),
        fc.record({ kind: fc.constant("recover"), of, instead: of }),
      ),
    };
  }).part;
}

/** Numbers what leaves a trace. The same part is built more than once, and so numbered only once. */
export function numbered<P extends Part>(part: P, next = { id: 0 }): P {
  number(part, next);
  return part;
}

function number(part: Part, next: { id: number }): void {
  if ("parts" in part) return part.parts.forEach((each) => number(each, next));
  if ("of" in part) number(part.of, next);
  if ("next" in part) number(part.next, next);
  else if ("instead" in part) number(part.instead, next);
  else part.id ??= next.id++;
}

export type Parts = readonly [Part, Part, Part];

export function arbitraryParts(kinds: Kinds): fc.Arbitrary<Parts> {
  const part = arbitraryPart(kinds);
  return fc.tuple(part, part, part).map((parts) => {
    const next = { id: 0 };
    for (const each of parts) number(each, next);
    return parts;
  });
}
