import type ts from "typescript";
import { isFunctionNode } from "../../1-analyze/is-function-node";
import { isStatic } from "../../1-analyze/is-static";
import { contains } from "./nodes";

/** Whether a part of a class runs when it is used, and not at once, as decorators and computed names do. */
export function isLater(tsInstance: typeof ts, node: ts.ClassLikeDeclaration, part: ts.Node): boolean {
  const member = node.members.find((each) => contains(each, part));
  if (member === undefined) return false;
  if (tsInstance.isPropertyDeclaration(member))
    return (
      !isStatic(tsInstance, member) && member.initializer !== undefined && contains(member.initializer, part)
    );
  return isFunctionNode(tsInstance, member) && member.body !== undefined && contains(member.body, part);
}
