import type ts from "typescript";
import { outerExpression } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { valuesWrittenTo } from "./container-writes";
import { assignsValue, type FileNodes, firstFrom, within } from "./file-nodes";
import type { Held } from "./held";

/** Where in a file a handle may be at all, as its text shows, whatever the checker would say. */
export interface CandidateNames {
  /** Whether any handle may be reached through what stands in a node. */
  has(node: ts.Node): boolean;
  /** The mentions, in a node, of names through which a handle may be reached. */
  mentionsIn(node: ts.Node): readonly ts.Identifier[];
}

/**
 * Finds, in each function that acquires, the names that stand for a handle or for anything whose making mentions one. They
 * are few where the names of a file are many, and to ask the checker about each of those is what would cost.
 */
export function findCandidateNames(
  tsInstance: typeof ts,
  nodes: FileNodes,
  all: readonly Held[],
): CandidateNames {
  // What nobody takes is reached through nothing: `raii(lock);`
  const taken = all.filter(({ node }) => !isDropped(tsInstance, node));
  const byFunction = new Map<ts.Node, Held[]>();
  for (const held of taken) {
    const others = byFunction.get(held.fn);
    if (others === undefined) byFunction.set(held.fn, [held]);
    else others.push(held);
  }
  const found = new Set<ts.Identifier>();
  for (const [fn, held] of byFunction)
    mentionsOf(tsInstance, nodes, fn, held).forEach((each) => found.add(each));
  const mentions = [...found].sort((a, b) => a.pos - b.pos);
  const places: readonly ts.Node[] = [...mentions, ...taken.map(({ node }) => node)].sort(
    (a, b) => a.pos - b.pos,
  );
  return {
    has({ pos, end }) {
      for (let index = firstFrom(places, pos); index < places.length && places[index]!.pos < end; index++)
        if (places[index]!.end <= end) return true;
      return false;
    },
    mentionsIn: (node) => within(mentions, node),
  };
}

/** Whether an acquisition is a statement of its own. */
function isDropped(tsInstance: typeof ts, node: Held["node"]): boolean {
  if (!tsInstance.isCallExpression(node)) return false;
  let { parent } = outerExpression(tsInstance, node);
  if (tsInstance.isAwaitExpression(parent)) ({ parent } = outerExpression(tsInstance, parent));
  return tsInstance.isExpressionStatement(parent);
}

/** The mentions, in one function, of names through which its handles may be reached. */
function mentionsOf(
  tsInstance: typeof ts,
  nodes: FileNodes,
  fn: ts.Node,
  all: readonly Held[],
): readonly ts.Identifier[] {
  const names = new Set<string>();
  const seen = new Set<ts.Node>();
  const found: ts.Identifier[] = [];
  const pending: ts.Node[] = [];
  const add = (name: ts.Node): void => {
    if (tsInstance.isObjectBindingPattern(name) || tsInstance.isArrayBindingPattern(name))
      for (const each of name.elements) if (tsInstance.isBindingElement(each)) add(each.name);
    if (!tsInstance.isIdentifier(name) || names.has(name.text)) return;
    names.add(name.text);
    for (const mention of within(nodes.mentions.get(name.text) ?? [], fn)) {
      found.push(mention);
      pending.push(mention);
    }
  };
  for (const { node } of all) {
    if (tsInstance.isVariableDeclaration(node)) add(node.name);
    else pending.push(node);
  }
  for (let node = pending.pop(); node !== undefined; node = pending.pop())
    for (let child = node; child !== fn && !seen.has(child); child = child.parent) {
      seen.add(child);
      takeName(child, child.parent);
    }
  return found;

  /** Adds the name that a value is given by what stands right around it. */
  function takeName(child: ts.Node, parent: ts.Node): void {
    if (tsInstance.isFunctionDeclaration(child) || tsInstance.isClassDeclaration(child)) {
      if (child.name !== undefined) add(child.name);
    } else if (tsInstance.isVariableDeclaration(parent)) {
      if (parent.initializer === child) add(parent.name);
    } else if (tsInstance.isBinaryExpression(parent)) {
      if (parent.right !== child || !assignsValue(tsInstance, parent.operatorToken.kind)) return;
      const left = skipOuterExpressions(tsInstance, parent.left);
      const isMember =
        tsInstance.isPropertyAccessExpression(left) || tsInstance.isElementAccessExpression(left);
      add(isMember ? skipOuterExpressions(tsInstance, left.expression) : left);
    } else if (tsInstance.isCallExpression(parent) && parent.expression !== child) {
      const { expression } = parent;
      if (!tsInstance.isPropertyAccessExpression(expression)) return;
      const values = valuesWrittenTo(tsInstance, expression.expression);
      if (values.includes(child as ts.Expression)) add(expression.expression);
    }
  }
}
