import type { Origin } from "../../flow/origin";
import { isReleasedByOwner } from "../../flow/released-by-owner";
import { isFunctionNode } from "../../syntax/function-node";
import type { TypedFile } from "../rule";
import { fixByHolding } from "./fix-by-holding";
import { relatedTo } from "./related";

const subjects = {
  itself: "it",
  inside: "what holds it",
  closure: "a function that uses it",
  lazy: "what reads from it",
  owned: "what it owns",
  derived: "what goes on using it",
  path: "a path in it",
} as const;

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
  const subject = subjects[via];
  // Of a function the first line is enough to see.
  const node = isFunctionNode(tsInstance, at) && at.name !== undefined ? at.name : at;
  file.report({
    key: "escape",
    node,
    args: [held.name, `${subject} is ${verb}`],
    related: relatedTo(file, held),
    ...(reaches === "function" && fixByHolding(file, held)),
  });
}
