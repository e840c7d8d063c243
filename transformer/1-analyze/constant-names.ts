import type ts from "typescript";
import { namesOfBindings } from "./declared-names";
import { forEachDescendant } from "./for-each-descendant";

/*
 * Which names of a frame never change their value, and from which place in the text on they have it. A program whose
 * generator stands farther out can be handed such a value: it is the same whenever it is read.
 */

/** `const`, `using`, classes and functions among the statements of a block. */
export function constantsOfStatements(
  tsInstance: typeof ts,
  statements: readonly ts.Statement[],
): ReadonlyMap<string, number> {
  const constants = new Map<string, number>();
  for (const statement of statements) {
    if (tsInstance.isVariableStatement(statement)) {
      for (const [name, from] of constantsOfList(tsInstance, statement.declarationList))
        constants.set(name, from);
    } else if (tsInstance.isClassDeclaration(statement)) {
      if (statement.name !== undefined) constants.set(statement.name.text, statement.end);
    } else if (tsInstance.isFunctionDeclaration(statement)) {
      if (statement.name !== undefined) constants.set(statement.name.text, 0); // hoisted
    }
  }
  return constants;
}

/** The names of a list that is declared by `const` or `using`. */
export function constantsOfList(
  tsInstance: typeof ts,
  list: ts.VariableDeclarationList | undefined,
): ReadonlyMap<string, number> {
  const kind = list === undefined ? 0 : list.flags & tsInstance.NodeFlags.BlockScoped;
  if (list === undefined || kind === 0 || kind === tsInstance.NodeFlags.Let) return new Map();
  return new Map([...namesOfBindings(tsInstance, list.declarations)].map((name) => [name, list.end]));
}

/** Parameters, of a function or a `catch`, to which nothing in `owner` is assigned. */
export function constantBindings(
  tsInstance: typeof ts,
  bindings: readonly { readonly name: ts.BindingName; readonly end: number }[],
  owner: ts.Node,
): ReadonlyMap<string, number> {
  const assigned = assignedNames(tsInstance, owner);
  const constants = new Map<string, number>();
  for (const binding of bindings) {
    for (const name of namesOfBindings(tsInstance, [binding]))
      if (!assigned.has(name)) constants.set(name, binding.end);
  }
  return constants;
}

/** Every name that stands in a target of an assignment below `node`, or is declared there again by `var`: too many, never too few. */
function assignedNames(tsInstance: typeof ts, node: ts.Node): ReadonlySet<string> {
  const { SyntaxKind } = tsInstance;
  const names = new Set<string>();
  const addTarget = (target: ts.Node): void => {
    if (tsInstance.isIdentifier(target)) names.add(target.text);
    forEachDescendant(tsInstance, target, (part) => {
      if (tsInstance.isIdentifier(part)) names.add(part.text);
    });
  };
  forEachDescendant(tsInstance, node, (child) => {
    if (tsInstance.isBinaryExpression(child)) {
      const { kind } = child.operatorToken;
      if (kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment) addTarget(child.left);
    } else if (tsInstance.isPrefixUnaryExpression(child) || tsInstance.isPostfixUnaryExpression(child)) {
      const { operator } = child;
      if (operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken)
        addTarget(child.operand);
    } else if (tsInstance.isForInStatement(child) || tsInstance.isForOfStatement(child)) {
      if (!tsInstance.isVariableDeclarationList(child.initializer)) addTarget(child.initializer);
    } else if (tsInstance.isVariableDeclarationList(child)) {
      const isVar = (child.flags & tsInstance.NodeFlags.BlockScoped) === 0;
      if (isVar) for (const name of namesOfBindings(tsInstance, child.declarations)) names.add(name);
    } else if (tsInstance.isFunctionDeclaration(child) && child.name !== undefined) {
      names.add(child.name.text); // one in the body takes the place of a parameter of its name
    }
  });
  return names;
}
