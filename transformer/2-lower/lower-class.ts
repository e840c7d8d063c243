import type ts from "typescript";
import { isOwnName } from "../syntax/is-own-name";
import { isStatic } from "../syntax/is-static";
import { type LowerContext, takePending } from "./lower-context";

// given:    class Vault { open() { "use raii"; return raii(this.#door()); } }
// produces: class Vault { open() { … } static *#open_program() { … } }          named, from ES2022 on
//           class { open() { … } static { open_program = function* () { … }; } }  else
//
// A class with what hoistProgram puts into it.
export function lowerClass(lower: LowerContext, node: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration {
  const { factory, transformation, tsInstance, visit } = lower;
  const visited = tsInstance.visitEachChild(
    node,
    (child) => {
      if (isOwnName(tsInstance, node, child)) return child;
      const lowered = visit(child);
      const added = tsInstance.isClassElement(child) ? takePending(lower.members, node) : [];
      return added.length === 0 ? lowered : [lowered as ts.Node, ...added];
    },
    transformation,
  );
  const statements = takePending(lower.staticStatements, node);
  if (statements.length === 0) return visited;
  const block = factory.createClassStaticBlockDeclaration(factory.createBlock(statements, true));
  // Before what the class runs itself, as that may call its methods; else after the functions: see hoistProgram.
  const runsCode = node.members.some((member) => runsWithClass(lower, member));
  const all = runsCode ? [block, ...visited.members] : [...visited.members, block];
  const members = tsInstance.setTextRange(factory.createNodeArray(all), visited.members);
  const { modifiers, name, typeParameters, heritageClauses } = visited;
  return tsInstance.isClassDeclaration(visited)
    ? factory.updateClassDeclaration(visited, modifiers, name, typeParameters, heritageClauses, members)
    : factory.updateClassExpression(visited, modifiers, name, typeParameters, heritageClauses, members);
}

/** Whether the class runs the code of a member when it has been made: a static field or block. */
function runsWithClass({ tsInstance }: LowerContext, member: ts.ClassElement): boolean {
  if (tsInstance.isClassStaticBlockDeclaration(member)) return true;
  return tsInstance.isPropertyDeclaration(member) && isStatic(tsInstance, member);
}
