import type ts from "typescript";
import { namesOfBindings } from "../syntax/declared-names";
import { forEachDescendant } from "../syntax/for-each-descendant";

/*
 * Which names of a frame never change their value, and from which place in the text on they have it. A program whose
 * generator stands farther out can be handed such a value: it is the same whenever it is read. A name that is assigned to
 * is none of them, even if it is that of a `const`: the assignment is an error, which one to a parameter would not be.
 */

/** `const`, `using`, classes and functions among the statements of the block `owner`. */
export function constantsOfStatements(
  tsInstance: typeof ts,
  statements: readonly ts.Statement[],
  owner: ts.Node,
): ReadonlyMap<string, number> {
  const constants = new Map<string, number>();
  for (const statement of statements) {
    if (tsInstance.isVariableStatement(statement)) {
      for (const name of namesOfConstants(tsInstance, statement.declarationList))
        constants.set(name, statement.declarationList.end);
    } else if (tsInstance.isClassDeclaration(statement)) {
      if (statement.name !== undefined) constants.set(statement.name.text, statement.end);
    } else if (tsInstance.isFunctionDeclaration(statement)) {
      if (statement.name !== undefined) constants.set(statement.name.text, 0); // hoisted
    }
  }
  return withoutAssigned(tsInstance, constants, owner);
}

/** The names that `list`, in the head of `loop`, declares by `const` or `using`. */
export function constantsOfLoop(
  tsInstance: typeof ts,
  list: ts.VariableDeclarationList | undefined,
  loop: ts.IterationStatement,
): ReadonlyMap<string, number> {
  // The head itself sees them before they have a value.
  const constants = [...namesOfConstants(tsInstance, list)].map(
    (name) => [name, loop.statement.pos] as const,
  );
  return withoutAssigned(tsInstance, new Map(constants), loop);
}

/** Parameters, of the function or the `catch` that is `owner`. */
export function constantBindings(
  tsInstance: typeof ts,
  bindings: readonly { readonly name: ts.BindingName; readonly end: number }[],
  owner: ts.Node,
): ReadonlyMap<string, number> {
  const constants = new Map<string, number>();
  for (const binding of bindings)
    for (const name of namesOfBindings(tsInstance, [binding])) constants.set(name, binding.end);
  return withoutAssigned(tsInstance, constants, owner);
}

function namesOfConstants(
  tsInstance: typeof ts,
  list: ts.VariableDeclarationList | undefined,
): ReadonlySet<string> {
  const kind = list === undefined ? 0 : list.flags & tsInstance.NodeFlags.BlockScoped;
  const isConstant = list !== undefined && kind !== 0 && kind !== tsInstance.NodeFlags.Let;
  if (!isConstant) return new Set();
  return namesOfBindings(
    tsInstance,
    list.declarations.filter(({ initializer }) => !isRune(tsInstance, initializer)),
  );
}

/** Whether a value is of a rune of Svelte, `$derived(…)`: each place that reads the name asks for the value anew. */
function isRune(tsInstance: typeof ts, initializer: ts.Expression | undefined): boolean {
  if (initializer === undefined || !tsInstance.isCallExpression(initializer)) return false;
  let callee = initializer.expression;
  while (tsInstance.isPropertyAccessExpression(callee)) callee = callee.expression;
  return tsInstance.isIdentifier(callee) && /^\$(?:state|derived|props)$/.test(callee.text);
}

function withoutAssigned(
  tsInstance: typeof ts,
  constants: ReadonlyMap<string, number>,
  owner: ts.Node,
): ReadonlyMap<string, number> {
  if (constants.size === 0) return constants;
  const assigned = assignedNames(tsInstance, owner);
  // `eval` may assign to any of them.
  return new Map(assigned.has("eval") ? [] : [...constants].filter(([name]) => !assigned.has(name)));
}

/**
 * Every name that stands in a target of an assignment below `node`, or is declared there again by `var`: too many, never
 * too few. `eval` is among them where it is mentioned.
 */
export function assignedNames(tsInstance: typeof ts, node: ts.Node): ReadonlySet<string> {
  const { SyntaxKind } = tsInstance;
  const names = new Set<string>();
  const addTarget = (target: ts.Node): void => {
    const add = (part: ts.Node): boolean => {
      if (tsInstance.isIdentifier(part)) names.add(part.text);
      return !tsInstance.isPropertyAccessExpression(part) && !tsInstance.isElementAccessExpression(part);
    };
    if (add(target)) forEachDescendant(tsInstance, target, add);
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
    } else if (tsInstance.isIdentifier(child) && child.text === "eval") {
      names.add("eval");
    }
  });
  return names;
}
