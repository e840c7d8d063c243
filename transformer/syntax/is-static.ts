import type ts from "typescript";

/** Whether a member of a class has the modifier `static`; a static block, which cannot have it, is not asked for. */
export function isStatic(tsInstance: typeof ts, member: ts.ClassElement): boolean {
  if (!tsInstance.canHaveModifiers(member)) return false;
  return member.modifiers?.some(({ kind }) => kind === tsInstance.SyntaxKind.StaticKeyword) === true;
}
