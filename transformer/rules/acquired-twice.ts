import type ts from "typescript";
import type { Held } from "../flow/held";
import { isStack } from "../flow/lazy-or-stack";
import { contains, dominates, functionOf } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { lineOf, relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A handle, a Disposable that is its own handle, or what was moved, is acquired while it is held. */
export const acquiredTwice: TypeRule = {
  reports: ["acquired-twice"],
  check(file) {
    const { flow } = file;
    const seen = new Map<ts.Symbol | string, Held[]>();
    for (const held of [...flow.held].sort((a, b) => a.node.pos - b.node.pos)) {
      const { resource } = held;
      if (resource === undefined) continue;
      const owned = ownedBy(file, resource);
      const place = owned ?? placeOf(file, resource);
      const others = place === undefined ? undefined : seen.get(place);
      // A Disposable is its own handle, and what was moved is acquired once; another resource of ours is anew each time.
      const isOnce = owned !== undefined || flow.types.isDisposable(file.checker.getTypeAtLocation(resource));
      const first =
        handleOf(file, held, resource) ??
        (isOnce ? others?.find((each) => isHeldAt(file.tsInstance, each, held)) : undefined) ??
        (isOnce && place !== undefined && isHeldByRoundBefore(file, held, place) ? held : undefined);
      if (first !== undefined) report(file, held.node, resource, first, owned !== undefined);
      else if (others !== undefined) others.push(held);
      else if (place !== undefined) seen.set(place, [held]);
    }
    if (flow.held.length > 0) for (const call of flow.nodes().calls) checkStack(file, call);
  },
};

function report(
  file: TypedFile,
  node: ts.Node,
  resource: ts.Expression,
  first: Held,
  isOwned: boolean,
): void {
  const isSelf = first.node === node;
  file.report({
    key: "acquired-twice",
    node,
    args: [
      `"${resource.getText()}"`,
      lineOf(file, first.node.getStart(file.sourceFile)) +
        (isSelf ? ", by the round of the loop before" : ""),
      isOwned ? "what move() gives is acquired once" : "it would be released twice",
    ],
    related: relatedTo(file, first),
  });
}

/** `stack.use(handle)`: the stack would release what the scope releases. */
function checkStack(file: TypedFile, call: ts.CallExpression): void {
  const { tsInstance, checker, flow } = file;
  const { expression: callee } = call;
  const [given] = call.arguments;
  if (given === undefined || !tsInstance.isPropertyAccessExpression(callee)) return;
  if (!/^(?:use|enter|enterAsync)$/.test(callee.name.text) || flow.origins.of(given).length !== 1) return;
  const [{ held, via }] = flow.origins.of(given) as [ReturnType<typeof flow.origins.of>[number]];
  if (via !== "itself" || flow.moved.has(held) || held.fn !== functionOf(tsInstance, call)) return;
  if (held.node.end > call.pos || !contains(held.scope, call)) return;
  if (!flow.types.isDisposable(checker.getTypeAtLocation(given)) || !isStack(checker, callee.expression))
    return;
  report(file, call, given, held, false);
}

/**
 * The handle that is acquired here, where it is certain to be one of an acquisition around. One that is a resource in
 * turn, as that of a pool, is there to be acquired.
 */
function handleOf(file: TypedFile, held: Held, resource: ts.Expression): Held | undefined {
  const { tsInstance, flow } = file;
  const seen = new Set<ts.Node>();
  let node: ts.Expression | undefined = skipAwait(tsInstance, resource);
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
    node = value && skipAwait(tsInstance, value);
  }
  return undefined;
}

function skipAwait(tsInstance: typeof ts, expression: ts.Expression): ts.Expression {
  const node = skipOuterExpressions(tsInstance, expression);
  return tsInstance.isAwaitExpression(node) ? skipAwait(tsInstance, node.expression) : node;
}

/** A constant that holds what `move` gave. */
function ownedBy(file: TypedFile, resource: ts.Expression): ts.Symbol | undefined {
  const { tsInstance, flow } = file;
  if (flow.moves.length === 0) return undefined;
  const node = skipOuterExpressions(tsInstance, resource);
  const symbol = tsInstance.isIdentifier(node) ? constantOf(file, node) : undefined;
  const [write] = symbol === undefined ? [] : flow.variables.writesTo(symbol);
  return flow.moves.some((move) => move.node === write?.value) ? symbol : undefined;
}

/** What stands for the same value wherever it is written in a function: a constant, or a member of one, or of `this`. */
function placeOf(file: TypedFile, resource: ts.Expression): ts.Symbol | string | undefined {
  const { tsInstance, checker, flow } = file;
  const node = skipOuterExpressions(tsInstance, resource);
  if (tsInstance.isIdentifier(node)) return constantOf(file, node);
  if (!tsInstance.isPropertyAccessExpression(node)) return undefined;
  let root: ts.Expression = node;
  while (tsInstance.isPropertyAccessExpression(root)) {
    // A getter may give another each time.
    const flags = checker.getSymbolAtLocation(root.name)?.flags ?? 0;
    if (flags & tsInstance.SymbolFlags.Accessor) return undefined;
    root = skipOuterExpressions(tsInstance, root.expression);
  }
  const isThis = root.kind === tsInstance.SyntaxKind.ThisKeyword;
  if (!isThis && !(tsInstance.isIdentifier(root) && constantOf(file, root))) return undefined;
  const text = node.getText();
  const fn = functionOf(tsInstance, node);
  const isWritten = flow
    .nodes()
    .assignments.some(({ left }) => contains(fn, left) && left.getText() === text);
  return isWritten ? undefined : text;
}

/** The variable that a name stands for, where that is given a value once, perhaps elsewhere. */
function constantOf({ tsInstance, flow }: TypedFile, name: ts.Identifier): ts.Symbol | undefined {
  const symbol = flow.variables.symbolOf(name);
  if (symbol === undefined) return undefined;
  const { length } = flow.variables.writesTo(symbol);
  return length === 1 || (length === 0 && isDeclaredConstant(tsInstance, symbol)) ? symbol : undefined;
}

/** `declare const lock: Lock` */
function isDeclaredConstant(tsInstance: typeof ts, { valueDeclaration }: ts.Symbol): boolean {
  return (
    valueDeclaration !== undefined &&
    tsInstance.isVariableDeclaration(valueDeclaration) &&
    (valueDeclaration.parent.flags & tsInstance.NodeFlags.Const) !== 0
  );
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

/** `for (…) raii.function(lock)`: each round acquires what the one before has acquired, and nothing has released. */
function isHeldByRoundBefore({ tsInstance }: TypedFile, held: Held, place: ts.Symbol | string): boolean {
  const { node, scope } = held;
  const declaration = typeof place === "string" ? undefined : place.valueDeclaration;
  for (let current: ts.Node = node; current !== scope && contains(scope, current); current = current.parent) {
    if (!tsInstance.isIterationStatement(current, false) || !contains(current.statement, node)) continue;
    if (typeof place === "string") return leaves(tsInstance, current, node);
    return (
      declaration !== undefined &&
      !(declaration.getSourceFile() === node.getSourceFile() && contains(current, declaration)) &&
      leaves(tsInstance, current, node)
    );
  }
  return false;
}

/** Whether a loop comes to a next round after an acquisition: no `break` or `return` stands beside it. */
function leaves(tsInstance: typeof ts, loop: ts.IterationStatement, node: ts.Node): boolean {
  for (let current = node; current !== loop; current = current.parent) {
    const { parent } = current;
    if (!tsInstance.isBlock(parent)) continue;
    const isExit = parent.statements.some(
      (each) =>
        each.pos >= node.end &&
        (tsInstance.isBreakStatement(each) ||
          tsInstance.isReturnStatement(each) ||
          tsInstance.isThrowStatement(each)),
    );
    if (isExit) return false;
  }
  return true;
}
