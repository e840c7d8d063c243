import type ts from "typescript";
import { namesOfBindings } from "../syntax/declared-names";
import { constantBindings } from "./constant-names";
import { createFrame } from "./frame";
import type { Place, Walk } from "./walk";

/** Walks a `catch`: its parameter is known in its block. */
export function walkCatch({ tsInstance, walk }: Walk, clause: ts.CatchClause, place: Place): void {
  const { variableDeclaration, block } = clause;
  const bindings = variableDeclaration === undefined ? [] : [variableDeclaration];
  const frame = createFrame({
    parent: place.frame,
    kind: { kind: "once" },
    names: () => namesOfBindings(tsInstance, bindings),
    constants: () => constantBindings(tsInstance, bindings, clause),
  });
  if (variableDeclaration !== undefined) walk(variableDeclaration, { ...place, frame });
  walk(block, { ...place, frame });
}
