import type { Origin } from "../../flow/origin";
import { isReleasedByOwner } from "../../flow/released-by-owner";
import { isFunctionNode } from "../../syntax/function-node";
import { shortText } from "../../syntax/nodes";
import type { TypedFile } from "../rule";
import { escapeHelp, subjectOf } from "./escape-words";
import { fixByHolding } from "./fix-by-holding";
import { relatedTo } from "./related";
import { whereReleased } from "./where-released";

/**
 * Reports that a handle, or something through which it is reached, is given away.
 * @param verb what is done with it.
 * @param reaches how far it goes: what the function itself has may be held as long.
 */
export function reportEscape(
  file: TypedFile,
  { held, via, at }: Origin,
  verb: string,
  reaches: "function" | "beyond" = "beyond",
): void {
  const { tsInstance, checker, flow } = file;
  if (isReleasedByOwner(tsInstance, flow, held)) return;
  if (via === "itself" && tsInstance.isExpression(at)) {
    // `null` may be acquired, and of a lock there may be nothing to use.
    const { TypeFlags } = tsInstance;
    const isNothing =
      TypeFlags.Null | TypeFlags.Undefined | TypeFlags.Void | TypeFlags.Never | TypeFlags.BooleanLike;
    if (checker.getTypeAtLocation(at).flags & isNothing) return;
  }
  // Of a function the first line is enough to see.
  const node = isFunctionNode(tsInstance, at) && at.name !== undefined ? at.name : at;
  const way = verb === "returned" ? "returned to the caller" : verb;
  file.report({
    key: "escape",
    node,
    args: [
      held.name,
      whereReleased(file, held),
      `${subjectOf(via, `"${shortText(file.sourceFile, node)}"`)} is ${way}`,
    ],
    help: escapeHelp(held, via, verb),
    related: relatedTo(file, held),
    ...(reaches === "function" && fixByHolding(file, held)),
  });
}
