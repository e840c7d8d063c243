import type ts from "typescript";
import { isStatic } from "../syntax/is-static";
import { createFrame } from "./frame";
import { createListFrame } from "./list-frame";
import { inMethodName, type NoFunction, type Place, type Walk } from "./walk";

/** Walks a class: what it evaluates as it is defined, and its members, each of which is code of another kind. */
export function walkClass(walker: Walk, node: ts.ClassLikeDeclaration, place: Place): void {
  const { tsInstance, emit, walk, walkAll, noteFunctionOf } = walker;
  const { SyntaxKind } = tsInstance;
  const isDecorated = [node, ...node.members].some(
    (part) => tsInstance.canHaveDecorators(part) && (tsInstance.getDecorators(part)?.length ?? 0) > 0,
  );
  const frame = createFrame({
    parent: place.frame,
    kind: { kind: "class", class: node, isDecorated },
    names: () => {
      const names = new Set<string>();
      if (node.name !== undefined) names.add(node.name.text);
      for (const { name } of node.members)
        if (name && tsInstance.isPrivateIdentifier(name)) names.add(name.text);
      return names;
    },
  });
  // What a class evaluates as it is defined. TypeScript moves it into a function of its own when decorators are lowered.
  const outside: Place = {
    ...place,
    frame: createFrame({ parent: frame, kind: { kind: "class-definition" } }),
    obstacle: isDecorated ? "raii-in-decorator" : place.obstacle,
    suspension: isDecorated && emit.movesDecoratedClasses ? "moved" : place.suspension,
  };
  for (const modifier of node.modifiers ?? []) walk(modifier, { ...place, suspension: outside.suspension });
  for (const clause of node.heritageClauses ?? []) walk(clause, outside);
  const inMembers: Place = emit.isES5 ? { ...outside, suspension: "moved" } : outside;
  const inFieldName: Place = emit.movesFieldNames ? { ...inMembers, suspension: "moved" } : inMembers;

  const isDerived = (node.heritageClauses ?? []).some(({ token }) => token === SyntaxKind.ExtendsKeyword);
  for (const member of node.members) {
    noteFunctionOf(member);
    if (tsInstance.isPropertyDeclaration(member)) {
      for (const modifier of member.modifiers ?? []) walk(modifier, inMembers);
      const isAccessor = member.modifiers?.some(({ kind }) => kind === SyntaxKind.AccessorKeyword);
      // TypeScript can put the name of a field into that of a method that follows.
      walk(member.name, inMethodName(emit, isAccessor ? inMembers : inFieldName));
      const code: NoFunction = { where: "raii-in-class-field" };
      // The initializer runs for each instance, a static one for the class.
      const fieldFrame = isStatic(tsInstance, member)
        ? frame
        : createFrame({ parent: frame, kind: { kind: "repeated" } });
      if (member.initializer !== undefined) {
        const inside: Place = {
          ...outside,
          code,
          frame: fieldFrame,
          obstacle: undefined,
          inDerivedConstructor: false,
        };
        walk(member.initializer, inside);
      }
    } else if (tsInstance.isClassStaticBlockDeclaration(member)) {
      const code: NoFunction = { where: "raii-in-static-block" };
      const blockFrame = createListFrame(tsInstance, frame, member.body, member.body.statements, true);
      const inside: Place = {
        ...outside,
        code,
        frame: blockFrame,
        obstacle: undefined,
        inDerivedConstructor: false,
      };
      walkAll(member.body.statements, inside);
    } else walk(member, { ...outside, frame, inDerivedConstructor: isDerived }, inMembers);
  }
}
