import type ts from "typescript";
import { memberName } from "../syntax/member-name";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { findMarkerReference, type MarkerBindings } from "./find-markers";
import type { Frame } from "./frame";

/** What emitted code reaches through a marker: `raii.drive(…)`, `move.from(…)`. None of it is in the types. */
const ofMarkers: ReadonlySet<string> = new Set(["drive", "scope", "from"]);

/** What it reaches through the namespace that it adds: `raii_1.hold(…)`. */
const ofNamespace: ReadonlySet<string> = new Set([
  "acquireKey",
  "AsyncDriver",
  "AsyncIteration",
  "AsyncScope",
  "close",
  "closeLast",
  "failed",
  "hold",
  "leave",
  "request",
  "wait",
]);

/** The namespace as `createName` names it. A package that exports ts-raii again may have a `wait` of its own. */
const addedNamespace = /^raii(_\d+)+$/;

/** A marker under another name, for functions in which something shadows it. */
const markerAlias = /^marker(_\d+)+$/;

/**
 * Whether only emitted code says this. A file that does was compiled before: by the source door of ts-raii, ahead of a
 * transformer. There is nothing to do to it, and nothing to report.
 */
export function isEmitted(
  tsInstance: typeof ts,
  markers: MarkerBindings,
  node: ts.PropertyAccessExpression | ts.VariableDeclaration,
  frame: Frame,
): boolean {
  const isMarker = (expression: ts.Expression): boolean =>
    findMarkerReference(tsInstance, markers, skipOuterExpressions(tsInstance, expression), frame) !==
    undefined;
  if (tsInstance.isVariableDeclaration(node)) {
    const { name, initializer } = node;
    const isAlias = tsInstance.isIdentifier(name) && markerAlias.test(name.text);
    return isAlias && initializer !== undefined && isMarker(initializer);
  }
  const member = memberName(tsInstance, node)!;
  const { expression } = node;
  if (ofMarkers.has(member) && isMarker(expression)) return true;
  return (
    ofNamespace.has(member) &&
    tsInstance.isIdentifier(expression) &&
    addedNamespace.test(expression.text) &&
    markers.namespaces.has(expression.text)
  );
}
