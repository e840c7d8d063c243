import type ts from "typescript";
import { skipOuterExpressions } from "../1-analyze/skip-outer-expressions";
import type { Held } from "./flow/held";
import { contains, dominates } from "./flow/nodes";
import { lineOf, relatedTo } from "./related";
import type { Rule, TypedFile } from "./rule";

/** A handle, or a Disposable that is its own handle, is acquired while it is held. */
export const acquiredTwice: Rule = {
  needsTypes: true,
  check(file) {
    const { flow, sourceFile } = file;
    const seen = new Map<ts.Symbol, Held[]>();
    for (const held of [...flow.held].sort((a, b) => a.node.pos - b.node.pos)) {
      const { resource } = held;
      if (resource === undefined) continue;
      const symbol = constantOf(file, resource);
      const others = symbol && seen.get(symbol);
      // A Disposable is its own handle; a resource of ours is acquired anew each time.
      const first =
        handleOf(file, held, resource) ??
        (others && file.flow.types.isDisposable(file.checker.getTypeAtLocation(resource))
          ? others.find((each) => isHeldAt(file.tsInstance, each, held))
          : undefined);
      if (first !== undefined)
        file.say({
          key: "acquired-twice",
          node: held.node,
          args: [`"${resource.getText()}"`, lineOf(file, first.node.getStart(sourceFile))],
          related: relatedTo(file, first),
        });
      else if (others !== undefined) others.push(held);
      else if (symbol !== undefined) seen.set(symbol, [held]);
    }
  },
};

/** The handle that is acquired here, where it is one of an acquisition around. */
function handleOf({ tsInstance, flow }: TypedFile, held: Held, resource: ts.Expression): Held | undefined {
  const [origin, ...others] = flow.origins.of(resource);
  const isCertain = origin?.via === "itself" && others.length === 0 && origin.held !== held;
  return isCertain && isHeldAt(tsInstance, origin.held, held) ? origin.held : undefined;
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
