import type ts from "typescript";
import type { SourceFileModel } from "../1-analyze/model";
import type { MarkerReference } from "../1-analyze/plan-types";
import type { FunctionNode } from "../syntax/function-node";
import type { Held } from "./held";
import type { Origins } from "./origins";

/** A call of `move` or `moveAsync` that is compiled. */
export interface Move {
  readonly node: ts.CallExpression;
  readonly marker: MarkerReference;
  readonly handle: ts.Expression;
  readonly fn: FunctionNode;
  /** The acquisitions that its handle may come from, as far as is certain. */
  readonly held: readonly Held[];
}

/** Every move of a file. */
export function findMoves(
  { functions, fileIsAnnotated }: SourceFileModel,
  origins: Origins,
): readonly Move[] {
  return functions.flatMap(({ node: fn, isAnnotated, moves }) =>
    isAnnotated || fileIsAnnotated
      ? moves.flatMap(({ node, marker }) => {
          const [handle] = node.arguments;
          if (handle === undefined) return [];
          const found = origins.of(handle);
          const held = found.every(({ via }) => via === "itself") ? found.map((each) => each.held) : [];
          return [{ node, marker, handle, fn, held }];
        })
      : [],
  );
}
