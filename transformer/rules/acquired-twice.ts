import type ts from "typescript";
import { skipOuterExpressions } from "../1-analyze/skip-outer-expressions";
import type { Held } from "./flow/held";
import { contains, dominates } from "./flow/nodes";
import { lineOf, relatedTo } from "./related";
import type { Rule, TypedFile } from "./rule";

/** A handle, a Disposable that is its own handle, or what was moved, is acquired while it is held. */
export const acquiredTwice: Rule = {
  needsTypes: true,
  check(file) {
    const { flow, sourceFile } = file;
    const seen = new Map<ts.Symbol, Held[]>();
    for (const held of [...flow.held].sort((a, b) => a.node.pos - b.node.pos)) {
      const { resource } = held;
      if (resource === undefined) continue;
      const owned = ownedBy(file, resource);
      const symbol = owned ?? constantOf(file, resource);
      const first =
        handleOf(file, held, resource) ??
        (symbol && seen.get(symbol)?.find((each) => isHeldAt(file.tsInstance, each, held)));
      if (first !== undefined)
        file.say({
          key: "acquired-twice",
          node: held.node,
          args: [
            `"${resource.getText()}"`,
            lineOf(file, first.node.getStart(sourceFile)),
            owned ? "what move() gives is acquired once" : "it would be released twice",
          ],
          related: relatedTo(file, first),
        });
      else if (symbol !== undefined) seen.set(symbol, [...(seen.get(symbol) ?? []), held]);
    }
  },
};

/**
 * The handle that is acquired here, where it is one of an acquisition around. One that is a resource in turn, as that of
 * a pool, is there to be acquired.
 */
function handleOf(
  { tsInstance, checker, flow }: TypedFile,
  held: Held,
  resource: ts.Expression,
): Held | undefined {
  if (flow.types.isResource(checker.getTypeAtLocation(resource))) return undefined;
  const [origin, ...others] = flow.origins.of(resource);
  const isCertain = origin?.via === "itself" && others.length === 0 && origin.held !== held;
  return isCertain && isHeldAt(tsInstance, origin.held, held) ? origin.held : undefined;
}

/** A constant that holds what `move` gave. */
function ownedBy({ tsInstance, flow }: TypedFile, resource: ts.Expression): ts.Symbol | undefined {
  const node = skipOuterExpressions(tsInstance, resource);
  if (!tsInstance.isIdentifier(node)) return undefined;
  const symbol = flow.variables.symbolOf(node);
  const [write, ...others] = symbol === undefined ? [] : flow.variables.writesTo(symbol);
  const isMoved = others.length === 0 && flow.moves.some((move) => move.node === write?.value);
  return isMoved ? symbol : undefined;
}

/** A constant that holds a Disposable: a resource of ours is acquired anew each time. */
function constantOf(
  { tsInstance, checker, flow }: TypedFile,
  resource: ts.Expression,
): ts.Symbol | undefined {
  const node = skipOuterExpressions(tsInstance, resource);
  if (!tsInstance.isIdentifier(node)) return undefined;
  const symbol = flow.variables.symbolOf(node);
  const kinds = flow.types.kindsOf(checker.getTypeAtLocation(node));
  const isDisposable = [...kinds].every((kind) => kind === "sync" || kind === "async" || kind === "both");
  if (!isDisposable || flow.types.isResource(checker.getTypeAtLocation(node))) return undefined;
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
