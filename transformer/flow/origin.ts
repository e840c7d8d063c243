import type ts from "typescript";
import type { Query } from "./fixpoint";
import type { Held } from "./held";

/** How a handle is reached through a value. */
export type Via =
  | "itself"
  /** Through an object or a container that holds it. */
  | "inside"
  /** Through a function that uses it. */
  | "closure"
  /** Through an iterator or a stream that reads from it, bit by bit. */
  | "lazy"
  /** The handle is a `DisposableStack`, which owns the value. */
  | "owned"
  /** Through something that the handle has made, and that goes on using it. */
  | "derived"
  /** The handle is a folder or a file, and the value says where it, or something in it, lies. */
  | "path";

/** That an expression gives a handle, or something through which the handle is reached. */
export interface Origin {
  readonly held: Held;
  readonly via: Via;
  /** The part of the expression that is, or holds, the handle. */
  readonly at: ts.Node;
}

/** Of a value through which more handles are reached, the others are not told. */
const maximalOrigins = 64;

/** What has been found of a value. */
export type Found = readonly Origin[];
/** A way to find it, which asks for what is found of others. */
export type Finding = Generator<Query<Found>, Found, Found>;

export const none: Found = [];

/** One query for each subject, so that it is answered once. */
export function queries<S extends object>(answer: (subject: S) => Finding): (subject: S) => Query<Found> {
  const known = new Map<S, Query<Found>>();
  return (subject) => {
    let query = known.get(subject);
    if (query === undefined) known.set(subject, (query = { answer: () => answer(subject) }));
    return query;
  };
}

/** The same origins, found at one other place. */
export function at(place: ts.Node, origins: Found, kind?: Via): Found {
  const moved = origins.map((each) => ({ held: each.held, via: kind ?? each.via, at: place }));
  return moved.length < 2 ? moved : union(none, moved);
}

/** What is reached through a value that holds or uses what gave these origins. */
export function reached(origins: Found, kind: "inside" | "closure", place?: ts.Node): Found {
  const through = origins.map((each) => ({ ...each, via: each.via === "itself" ? kind : each.via }));
  return place === undefined ? through : at(place, through);
}

/** Both, each of them once. The first itself, where the second adds nothing. */
export function union(first: Found, second: Found): Found {
  if (second.length === 0 || first === second) return first;
  if (first.length === 0 && second.length === 1) return second;
  const known = new Map<Held, Origin[]>();
  const isNew = (origin: Origin): boolean => {
    const same = known.get(origin.held);
    if (same === undefined) known.set(origin.held, [origin]);
    else if (same.some(({ via, at: place }) => via === origin.via && place === origin.at)) return false;
    else same.push(origin);
    return true;
  };
  first.forEach(isNew);
  const added = second.filter(isNew);
  return added.length === 0 ? first : [...first, ...added].slice(0, maximalOrigins);
}
