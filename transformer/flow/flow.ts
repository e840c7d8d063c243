import type ts from "typescript";
import type { SourceFileModel } from "../1-analyze/model";
import { type Allocation, findAllocations } from "./allocations";
import { findCandidateNames } from "./candidate-names";
import { type Combinators, createCombinators } from "./combinators";
import { type FileNodes, findNodes } from "./file-nodes";
import { findHeld, type Held } from "./held";
import { findUndoings, type Undoings } from "./lifetimes";
import { findMoves, type Move } from "./moves";
import { createOrigins, type Origins } from "./origins";
import { createPromises, type Promises } from "./promises";
import { createReachesEnd } from "./reaches-end";
import { type Types, typesOf } from "./types";
import { createVariables, type Variables } from "./variables";

/** Where the handles of a file go: within a function, through names, literals and closures, as far as is certain. */
export interface Flow {
  readonly held: readonly Held[];
  /** What is acquired by a call, or by a declaration. */
  readonly heldAt: ReadonlyMap<ts.Node, Held>;
  /** The functions that acquire. */
  readonly acquiring: ReadonlySet<ts.Node>;
  readonly moves: readonly Move[];
  /** What a `move` takes out of its scope's hands. */
  readonly moved: ReadonlySet<Held>;
  readonly variables: Variables;
  readonly origins: Origins;
  readonly types: Types;
  readonly promises: Promises;
  readonly combinators: Combinators;
  readonly allocations: () => readonly Allocation[];
  readonly nodes: () => FileNodes;
  /** Of a function that acquires. */
  readonly undoingsIn: (fn: Held["fn"]) => Undoings;
  /** Whether control that goes on after a block of a function comes to its end. */
  readonly reachesEnd: (fn: ts.Node, block: ts.Node) => boolean;
}

/** What flow is looked for in: a file as it was parsed, and what its analysis has found there. */
export interface FlowInput {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  readonly checker: ts.TypeChecker;
  readonly model: SourceFileModel | undefined;
}

export function createFlow({ tsInstance, sourceFile, checker, model }: FlowInput): Flow {
  const held = model === undefined ? [] : findHeld(tsInstance, sourceFile, model);
  const heldAt = new Map<ts.Node, Held>(held.map((each) => [each.node, each]));
  const acquiring = new Set<ts.Node>(held.map(({ fn }) => fn));
  // Each is found when it is first asked for: most files have no handle.
  const nodes = once(() => findNodes(tsInstance, sourceFile));
  const candidates = once(() => findCandidateNames(tsInstance, nodes(), held));
  const variables = createVariables(tsInstance, checker, sourceFile, nodes);
  const origins = createOrigins(tsInstance, checker, variables, held, candidates);
  const types = typesOf(tsInstance, checker);
  const promises = createPromises({ tsInstance, checker, variables, origins, types, candidates, nodes });
  const allocations = once(() =>
    findAllocations(tsInstance, checker, types, sourceFile, held.length > 0 ? nodes() : undefined),
  );
  const moves = model === undefined ? [] : findMoves(model, origins);
  const moved = new Set(moves.flatMap((move) => move.held));
  const undoings = new Map<Held["fn"], Undoings>();
  const undoingsIn = (fn: Held["fn"]): Undoings => {
    const known = undoings.get(fn) ?? findUndoings(tsInstance, fn);
    undoings.set(fn, known);
    return known;
  };
  return {
    held,
    heldAt,
    acquiring,
    moves,
    moved,
    variables,
    origins,
    types,
    promises,
    combinators: createCombinators(tsInstance, variables),
    allocations,
    nodes,
    undoingsIn,
    reachesEnd: createReachesEnd(tsInstance, checker),
  };
}

/** A function that computes its value when it is first called. */
function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= compute());
}
