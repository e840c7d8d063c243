import type ts from "typescript";
import { isFunctionNode } from "../syntax/function-node";
import { isStatic } from "../syntax/is-static";
import { contains } from "../syntax/nodes";

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
