import type ts from "typescript";
import type { DiagnosticKey } from "../diagnostics/table";
import type { EmitFacts, EmittedSuspension } from "./emit-facts";
import type { Frame } from "./frame";
import type { FunctionRecord } from "./plan-function";
import type { ScopeOwner } from "./plan-types";

/** Code that belongs to no function: a raii there has no scope, and `where` says so. */
export interface NoFunction {
  readonly where: "file" | "raii-in-class-field" | "raii-in-static-block";
}

/** What is known of the place that is being walked. */
export interface Place {
  readonly frame: Frame;
  readonly code: FunctionRecord | NoFunction;
  /** A function around it may be lowered. */
  readonly isLowered: boolean;
  /** What a raii here would belong to. */
  readonly owner: ScopeOwner;
  /** Why a raii cannot stand here at all. */
  readonly obstacle: DiagnosticKey | undefined;
  /** The nearest function with a `this` of its own is the constructor of a derived class. */
  readonly inDerivedConstructor: boolean;
  /** What TypeScript's own emit does to a suspension here: a yield of ours, or an `await`. */
  readonly suspension: EmittedSuspension;
}

/** The walk over a file, as those parts of it see it that stand in files of their own. */
export interface Walk {
  readonly tsInstance: typeof ts;
  readonly emit: EmitFacts;
  /** @param definition the place of a member's decorators and computed name, where that is another. */
  readonly walk: (node: ts.Node, place: Place, definition?: Place) => void;
  readonly walkAll: (nodes: Iterable<ts.Node>, place: Place) => void;
  /** @param usingOwner what a `using` in this list belongs to; in the head of `for … of` it is each iteration. */
  readonly walkDeclarations: (list: ts.VariableDeclarationList, place: Place, usingOwner: ScopeOwner) => void;
  /** A function can be tagged and named by what holds it: a statement or a member whose value it is. */
  readonly noteFunctionOf: (node: ts.Node) => void;
  readonly mayBeLowered: (record: FunctionRecord) => boolean;
}

/** The place of the name of a method or accessor whose definition stands in `place`. */
export function inMethodName(emit: EmitFacts, place: Place): Place {
  if (!emit.forgetsAwaitInMethodNames || place.suspension === "moved") return place;
  return { ...place, suspension: "method-name" };
}
