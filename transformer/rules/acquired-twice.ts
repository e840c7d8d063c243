import type ts from "typescript";
import type { Held } from "../flow/held";
import { contains, dominates } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { lineOf, relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A handle, a Disposable that is its own handle, or what was moved, is acquired while it is held. */
export const acquiredTwice: TypeRule = {
  reports: ["acquired-twice"],
  check(file) {
    const { flow, sourceFile } = file;
    const seen = new Map<ts.Symbol, Held[]>();
    for (const held of [...flow.held].sort((a, b) => a.node.pos - b.node.pos)) {
      const { resource } = held;
      if (resource === undefined) continue;
      const owned = ownedBy(file, resource);
      const symbol = owned ?? constantOf(file, resource);
      const others = symbol && seen.get(symbol);
      // A Disposable is its own handle, and what was moved is acquired once; another resource of ours is anew each time.
      const first =
        handleOf(file, held, resource) ??
        (others && (owned || flow.types.isDisposable(file.checker.getTypeAtLocation(resource)))
          ? others.find((each) => isHeldAt(file.tsInstance, each, held))
          : undefined);
      if (first !== undefined)
        file.report({
          key: "acquired-twice",
          node: held.node,
          args: [
            `"${resource.getText()}"`,
            lineOf(file, first.node.getStart(sourceFile)),
            owned ? "what move() gives is acquired once" : "it would be released twice",
          ],
          related: relatedTo(file, first),
        });
      else if (others !== undefined) others.push(held);
      else if (symbol !== undefined) seen.set(symbol, [held]);
    }
  },
};

/**
 * The handle that is acquired here, where it is certain to be one of an acquisition around. One that is a resource in
 * turn, as that of a pool, is there to be acquired.
 */
function handleOf(file: TypedFile, held: Held, resource: ts.Expression): Held | undefined {
  const { tsInstance, flow } = file;
  const seen = new Set<ts.Node>();
  let node: ts.Expression | undefined = skipOuterExpressions(tsInstance, resource);
  while (node !== undefined && !seen.has(node)) {
    seen.add(node);
    const isName: boolean = tsInstance.isIdentifier(node);
    const declaration = isName ? flow.variables.symbolOf(node as ts.Identifier)?.declarations?.[0] : node;
    const first = declaration && flow.heldAt.get(declaration);
    if (first !== undefined) {
      const isCertain = first !== held && isHeldAt(tsInstance, first, held);
      return isCertain && !flow.types.isResource(file.checker.getTypeAtLocation(resource))
        ? first
        : undefined;
    }
    const value: ts.Expression | undefined = isName
      ? flow.variables.valueAt(node as ts.Identifier)
      : undefined;
    node = value && skipOuterExpressions(tsInstance, value);
  }
  return undefined;
}

/** A constant that holds what `move` gave. */
function ownedBy(file: TypedFile, resource: ts.Expression): ts.Symbol | undefined {
  const { flow } = file;
  if (flow.moves.length === 0) return undefined;
  const symbol = constantOf(file, resource);
  const [write] = symbol === undefined ? [] : flow.variables.writesTo(symbol);
  return flow.moves.some((move) => move.node === write?.value) ? symbol : undefined;
}

/** The variable that an expression is, where that is given a value once. */
function constantOf({ tsInstance, flow }: TypedFile, resource: ts.Expression): ts.Symbol | undefined {
  const node = skipOuterExpressions(tsInstance, resource);
  const symbol = tsInstance.isIdentifier(node) ? flow.variables.symbolOf(node) : undefined;
  return symbol && flow.variables.writesTo(symbol).length === 1 ? symbol : undefined;
}

/** Whether `first` is certain to be held where `second` is acquired: nothing between them is conditional. */
function isHeldAt(tsInstance: typeof ts, first: Held, second: Held): boolean {
  return (
    first.fn === second.fn &&
    first.node.end <= second.node.pos &&
    contains(first.scope, second.node) &&
    dominates(tsInstance, first.node, second.node)
  );
}
