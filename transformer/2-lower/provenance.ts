import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/** Gives a new node the place of the one it stands for: breakpoints, stack frames and coverage point there. */
export function copyPosition<T extends ts.Node>({ tsInstance }: LowerContext, node: T, original: ts.Node): T {
  tsInstance.setOriginalNode(node, original);
  return tsInstance.setTextRange(node, original);
}

/** The same for a node that shares its place with another, which has the comments there. */
export function pointTo<T extends ts.Node>({ tsInstance }: LowerContext, node: T, original: ts.Node): T {
  return original.pos < 0 ? node : tsInstance.setSourceMapRange(node, original);
}

/** Leaves the comments around a node to another that is put around it and has its place. */
export function leaveComments<T extends ts.Node>({ tsInstance }: LowerContext, node: T): T {
  return tsInstance.setCommentRange(node, { pos: -1, end: -1 });
}
