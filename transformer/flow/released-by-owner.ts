import type ts from "typescript";
import { isMove } from "../syntax/member-names";
import { contains } from "../syntax/nodes";
import type { Flow } from "./flow";
import type { Held } from "./held";

/**
 * Whether the function takes the release out of its scope's hands: `move(handle)`, `stack.move()`, `stack.popAll()`,
 * `handle.detach()`.
 */
export function isReleasedByOwner(tsInstance: typeof ts, { variables, moved }: Flow, held: Held): boolean {
  const { node, fn } = held;
  if (moved.has(held)) return true;
  const declaration = tsInstance.isVariableDeclaration(node) ? node : declarationAround(tsInstance, node);
  if (declaration === undefined || !tsInstance.isIdentifier(declaration.name)) return false;
  const symbol = variables.symbolOf(declaration.name);
  if (symbol === undefined) return false;
  return variables.referencesTo(symbol).some(({ parent }) => {
    const isMember = tsInstance.isPropertyAccessExpression(parent) && contains(fn, parent);
    return isMember && tsInstance.isCallExpression(parent.parent) && isMove(parent.name.text);
  });
}

function declarationAround(tsInstance: typeof ts, node: ts.Node): ts.VariableDeclaration | undefined {
  let current = node.parent;
  while (tsInstance.isAwaitExpression(current) || tsInstance.isParenthesizedExpression(current))
    current = current.parent;
  return tsInstance.isVariableDeclaration(current) ? current : undefined;
}
