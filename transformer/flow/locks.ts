import type ts from "typescript";
import { isLockName, isProcessState, wordsOf } from "../syntax/member-names";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Held } from "./held";

/**
 * Whether what is acquired is a lock, as its words say, or the name of its handle's type. What changes the environment, the
 * current folder or the clock is one as well: others must not see it, and the work must not go on without it.
 */
export function isLock(tsInstance: typeof ts, checker: ts.TypeChecker, { resource, node }: Held): boolean {
  if (resource === undefined) return false;
  const names = namesIn(tsInstance, resource);
  if (names.some(isLockName) || isProcessState(names[0] ?? "")) return true;
  const given = checker.getTypeAtLocation(node);
  const type = checker.getAwaitedType(given) ?? given;
  const typeName = type.getSymbol()?.name ?? "";
  if (isLockName(typeName) || typeName === "ProcessEnv") return true;
  // Of a guard that gives nothing, what it is made for may say what it is: `raii(exclusive(mutex))`
  const isGuard = (type.flags & (tsInstance.TypeFlags.Void | tsInstance.TypeFlags.Undefined)) !== 0;
  if (!isGuard || !tsInstance.isCallExpression(resource)) return false;
  return resource.arguments.some((each) => namesIn(tsInstance, each).some(isLockName));
}

/** Whether what is acquired is a clock that a test moves on. */
export function isFakeClock(tsInstance: typeof ts, { resource }: Held): boolean {
  if (resource === undefined) return false;
  const [name = ""] = namesIn(tsInstance, resource);
  return wordsOf(name).some((word) => /^(?:clocks?|timers?)$/.test(word));
}

/** The names in `a.b.c()`, `new A()`; what is handed over says nothing. */
export function namesIn(tsInstance: typeof ts, expression: ts.Expression): readonly string[] {
  const node = skipOuterExpressions(tsInstance, expression);
  if (tsInstance.isIdentifier(node)) return [node.text];
  if (tsInstance.isPropertyAccessExpression(node))
    return [node.name.text, ...namesIn(tsInstance, node.expression)];
  const isMade =
    tsInstance.isCallExpression(node) ||
    tsInstance.isNewExpression(node) ||
    tsInstance.isAwaitExpression(node);
  return isMade ? namesIn(tsInstance, node.expression) : [];
}
