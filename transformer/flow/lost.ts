import type ts from "typescript";
import { mayLetGo } from "../syntax/member-names";
import type { Allocation } from "./allocations";
import type { Flow } from "./flow";

interface LookedAt {
  readonly tsInstance: typeof ts;
  readonly checker: ts.TypeChecker;
  readonly flow: Flow;
}

/** Whether a Disposable has just been made: a method that gives back its own object makes nothing. */
export function isFreshDisposable(
  { tsInstance, checker, flow }: LookedAt,
  { creation, type }: Allocation,
): boolean {
  if (!flow.types.isDisposable(type) || flow.heldAt.has(creation)) return false;
  // Node made timers disposable; nobody releases those.
  if (/^(?:Timeout|Immediate|Timer)$/.test(type.getSymbol()?.name ?? "")) return false;
  if (!tsInstance.isCallExpression(creation) || !tsInstance.isPropertyAccessExpression(creation.expression))
    return true;
  return checker.getTypeAtLocation(creation.expression.expression) !== type;
}

/**
 * Whether nothing can release what has been made: it is dropped at once, or the constant that holds it is only looked into,
 * by members that do not sound like its end, and is handed to nobody.
 */
export function isLost({ tsInstance, checker, flow }: LookedAt, { constant, type }: Allocation): boolean {
  if (constant === undefined) return true;
  const symbol = flow.variables.symbolOf(constant);
  if (symbol === undefined) return false;
  return flow.variables.referencesTo(symbol).every((each) => {
    const { parent } = each;
    if (!tsInstance.isPropertyAccessExpression(parent) || mayLetGo(parent.name.text)) return false;
    const call = parent.parent;
    const isCalled = tsInstance.isCallExpression(call) && call.expression === parent;
    // A method that gives back its own object, or is taken out of it, hands it on.
    if (!isCalled) return checker.getTypeAtLocation(parent).getCallSignatures().length === 0;
    return tsInstance.isExpressionStatement(call.parent) || checker.getTypeAtLocation(call) !== type;
  });
}
