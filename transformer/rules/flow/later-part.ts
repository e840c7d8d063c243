import type ts from "typescript";
import { isFunctionNode } from "../../1-analyze/is-function-node";
import { contains } from "./nodes";

/** Whether a part of a class runs when it is used, and not at once, as decorators and computed names do. */
export function isLater(tsInstance: typeof ts, node: ts.ClassLikeDeclaration, part: ts.Node): boolean {
  const member = node.members.find((each) => contains(each, part));
  if (member === undefined) return false;
  const isStatic =
    tsInstance.canHaveModifiers(member) &&
    member.modifiers?.some(({ kind }) => kind === tsInstance.SyntaxKind.StaticKeyword) === true;
  if (tsInstance.isPropertyDeclaration(member))
    return !isStatic && member.initializer !== undefined && contains(member.initializer, part);
  return isFunctionNode(tsInstance, member) && member.body !== undefined && contains(member.body, part);
}
