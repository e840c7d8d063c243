import type ts from "typescript";
import type { Held } from "../flow/held";
import { isLock } from "../flow/locks";
import { contains, shortText } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { lineOf } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A lock that is acquired while another is held. */
interface Nested {
  readonly outer: Lock;
  readonly inner: Lock;
}

interface Lock {
  readonly held: Held;
  readonly resource: ts.Expression;
  /** Equal for acquisitions of one lock, as far as the names in the text tell. */
  readonly id: string;
}

/** Two locks that are acquired in one order here and in the other there: two tasks may each hold what the other waits for. */
export const lockOrder: TypeRule = {
  reports: ["lock-order"],
  check(file) {
    const seen = new Map<string, Nested>();
    for (const nested of nestedLocks(file)) {
      const { outer, inner } = nested;
      const key = `${outer.id} ${inner.id}`;
      const other = seen.get(`${inner.id} ${outer.id}`);
      if (!seen.has(key)) seen.set(key, nested);
      if (other === undefined) continue;
      const there = other.inner.held.node;
      const start = there.getStart(file.sourceFile);
      const [here, first] = [inner, outer].map((each) => `"${shortText(file.sourceFile, each.resource)}"`);
      file.report({
        key: "lock-order",
        node: inner.held.node,
        args: [here!, first!, lineOf(file, start)],
        related: [{ start, length: there.end - start, message: "Acquired in the other order here." }],
      });
    }
  },
};

/** Every lock that is acquired while another is held, in the order of the text. */
function* nestedLocks(file: TypedFile): Generator<Nested> {
  const ids = new Map<ts.Symbol, number>();
  const locks = [...file.flow.held]
    .sort((a, b) => a.node.pos - b.node.pos)
    .flatMap((held) => lockOf(file, held, ids) ?? []);
  for (const inner of locks)
    for (const outer of locks) {
      if (outer.held.node.end > inner.held.node.pos) break;
      const isHeld = outer.held.fn === inner.held.fn && contains(outer.held.scope, inner.held.node);
      if (isHeld && outer.id !== inner.id) yield { outer, inner };
    }
}

/** What an acquisition locks, where its words say that it is a lock and its names that it is one that others use, too. */
function lockOf(file: TypedFile, held: Held, ids: Map<ts.Symbol, number>): Lock | undefined {
  const { resource } = held;
  if (resource === undefined || !isLock(file.tsInstance, file.checker, held)) return undefined;
  const id = idOf(file, held, resource, ids);
  return id === undefined ? undefined : { held, resource, id };
}

/**
 * `accounts`, `this.accounts`, `accounts.lock()`, `lock("accounts")`; `undefined` where it is computed, or the
 * function's own.
 */
function idOf(
  file: TypedFile,
  held: Held,
  expression: ts.Expression,
  ids: Map<ts.Symbol, number>,
): string | undefined {
  const { tsInstance, checker, flow } = file;
  const node = skipOuterExpressions(tsInstance, expression);
  const next = (part: ts.Expression): string | undefined => idOf(file, held, part, ids);
  if (tsInstance.isAwaitExpression(node)) return next(node.expression);
  if (node.kind === tsInstance.SyntaxKind.ThisKeyword) return "this";
  if (tsInstance.isStringLiteralLike(node) || tsInstance.isNumericLiteral(node))
    return JSON.stringify(node.text);
  if (tsInstance.isIdentifier(node)) {
    const symbol = flow.variables.symbolOf(node);
    const declaration = symbol?.declarations?.[0];
    const isOwn = declaration !== undefined && contains(held.fn, declaration);
    const isHere = declaration?.getSourceFile() === file.sourceFile;
    if (symbol === undefined || (isHere && isOwn && !tsInstance.isSourceFile(held.fn))) return undefined;
    if (isHere && flow.variables.writesTo(symbol).length > 1) return undefined;
    return numberOf(symbol, ids);
  }
  if (tsInstance.isPropertyAccessExpression(node)) {
    const object = next(node.expression);
    const symbol = checker.getSymbolAtLocation(node.name); // members of two classes may have one name
    return object && symbol && `${object}.${numberOf(symbol, ids)}`;
  }
  if (!tsInstance.isCallExpression(node)) return undefined;
  const parts = [node.expression, ...node.arguments].map(next);
  return parts.includes(undefined) ? undefined : `${parts[0]}(${parts.slice(1).join()})`;
}

function numberOf(symbol: ts.Symbol, ids: Map<ts.Symbol, number>): string {
  if (!ids.has(symbol)) ids.set(symbol, ids.size);
  return `#${ids.get(symbol)}`;
}
