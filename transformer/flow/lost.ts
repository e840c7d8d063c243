import type ts from "typescript";
import { isMove, mayLetGo } from "../syntax/member-names";
import { outerExpression, plainName } from "../syntax/nodes";
import type { Allocation } from "./allocations";
import type { Flow } from "./flow";

interface LookedAt {
  readonly tsInstance: typeof ts;
  readonly checker: ts.TypeChecker;
  readonly flow: Flow;
}

/**
 * Whether a Disposable has just been made: a method that gives back its own object makes nothing, nor does a call that gives back
 * what it was given, as `input.pipe(output)`.
 */
export function isFreshDisposable(
  { tsInstance, checker, flow }: LookedAt,
  { creation, type }: Allocation,
): boolean {
  if (!flow.types.isDisposable(type) || flow.heldAt.has(creation)) return false;
  if (!tsInstance.isCallExpression(creation)) return true;
  if (creation.arguments.some((each) => checker.getTypeAtLocation(each) === type)) return false;
  if (!tsInstance.isPropertyAccessExpression(creation.expression)) return true;
  // Of a union of objects the method gives a union of them.
  return !checker.isTypeAssignableTo(type, checker.getTypeAtLocation(creation.expression.expression));
}

/** What Node made disposable, and lives until its work is done. */
const ends = /^(?:Timeout|Immediate|Timer|\w*Server|ChildProcess\w*|Worker)$/;

/** Whether nobody is expected to dispose of values of a type: they end by themselves, or are iterators. */
export function endsByItself(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => ends.test(part.getSymbol()?.name ?? "") || part.getProperty("next") !== undefined);
}

/**
 * Whether nothing can release what has been made: it is dropped at once, or the variable that holds it is only looked into,
 * by members that do not sound like its end, and is handed to nobody.
 */
export function isLost(looked: LookedAt, { constant, type }: Allocation): boolean {
  if (constant === undefined) return true;
  const symbol = looked.flow.variables.symbolOf(constant);
  if (symbol === undefined) return false;
  return looked.flow.variables.referencesTo(symbol).every((each) => !letsGo(looked, each, type));
}

/** Whether a mention of something may end it, or gives it to somebody else. What only looks into it does not. */
export function letsGo(looked: LookedAt, mention: ts.Expression, type: ts.Type): boolean {
  const { tsInstance, checker } = looked;
  const node = outerExpression(tsInstance, mention);
  const { parent } = node;
  if (tsInstance.isPropertyAccessExpression(parent)) {
    const { text } = parent.name;
    if ((mayLetGo(text) || isMove(text)) && !isState(looked, parent)) return true;
    const call = parent.parent;
    const isCalled = tsInstance.isCallExpression(call) && call.expression === parent;
    // Of memory that is not JavaScript's; with a key something in it is meant.
    if (isCalled && text === "delete") return call.arguments.length === 0;
    if (!isCalled) return checker.getTypeAtLocation(parent).getCallSignatures().length > 0;
    // A method that gives back its own object hands it on.
    if (tsInstance.isExpressionStatement(call.parent)) return false;
    return checker.getTypeAtLocation(call) === type && letsGo(looked, call, type);
  }
  if (tsInstance.isElementAccessExpression(parent))
    return parent.expression !== node || /^Symbol\./.test(parent.argumentExpression.getText());
  if (tsInstance.isCallExpression(parent))
    return parent.expression !== node && !/^console\./.test(plainName(tsInstance, parent.expression));
  const isQuestion =
    tsInstance.isTypeOfExpression(parent) ||
    tsInstance.isPrefixUnaryExpression(parent) ||
    tsInstance.isExpressionStatement(parent) ||
    tsInstance.isTemplateSpan(parent) ||
    ((tsInstance.isIfStatement(parent) || tsInstance.isWhileStatement(parent)) &&
      parent.expression === node) ||
    (tsInstance.isConditionalExpression(parent) && parent.condition === node);
  if (isQuestion) return false;
  return !(tsInstance.isBinaryExpression(parent) && isComparison(tsInstance, parent.operatorToken.kind));
}

/** `stack.disposed`, `client.released`: it only says how things are. */
function isState({ tsInstance, checker }: LookedAt, member: ts.Expression): boolean {
  const { BooleanLike, NumberLike } = tsInstance.TypeFlags;
  return (checker.getTypeAtLocation(member).flags & (BooleanLike | NumberLike)) !== 0;
}

function isComparison({ SyntaxKind }: typeof ts, operator: ts.SyntaxKind): boolean {
  return (
    operator === SyntaxKind.EqualsEqualsToken ||
    operator === SyntaxKind.EqualsEqualsEqualsToken ||
    operator === SyntaxKind.ExclamationEqualsToken ||
    operator === SyntaxKind.ExclamationEqualsEqualsToken ||
    operator === SyntaxKind.InstanceOfKeyword
  );
}

/** `new ExitStack()`, `new DisposableStack()`, or one of those that wait. */
export function isNewStack(tsInstance: typeof ts, node: ts.Expression): boolean {
  if (!tsInstance.isNewExpression(node)) return false;
  const name = tsInstance.isPropertyAccessExpression(node.expression)
    ? node.expression.name
    : node.expression;
  return /^(?:Async)?(?:Exit|Disposable)Stack$/.test(name.getText());
}
