import type ts from "typescript";
import type { MarkerReference } from "../1-analyze/plan-types";
import { createMethodCall } from "./create-nodes";
import { createMarker } from "./create-runtime-calls";
import { type LowerContext, visitExpression } from "./lower-context";
import { copyPosition } from "./provenance";

// given:    move(file)
// produces: move.from(file, scope_2, scope_1)
//
// The scopes that are open there, from the innermost outwards: which of them holds the handle is known when it is run.
export function lowerMove(
  lower: LowerContext,
  call: ts.CallExpression,
  marker: MarkerReference | undefined,
): ts.Expression | undefined {
  if (marker === undefined) return undefined;
  const handle = visitExpression(lower, call.arguments[0]!);
  const scopes = [...lower.body!.scopes.values()].reverse();
  const from = createMethodCall(lower, createMarker(lower, marker), "from", [handle, ...scopes]);
  return copyPosition(lower, from, call);
}
