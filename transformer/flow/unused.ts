import type ts from "typescript";
import { isEndlessLoop } from "../syntax/is-endless-loop";
import { isChaining } from "../syntax/member-names";
import { contains, functionOf, isAssignmentOperator, outerExpression } from "../syntax/nodes";
import { valuesWrittenTo } from "./container-writes";
import type { Variables } from "./variables";

/**
 * Whether nobody takes what a variable has been given: no mention of it comes after the write, and no function mentions it. To
 * count it, to ask for its type, to handle its error and to put more into it are no uses.
 *
 * @param write what gives it the value. Absent: a container, of which no mention at all may use what is in it.
 */
export function isUnused(
  tsInstance: typeof ts,
  variables: Variables,
  symbol: ts.Symbol,
  write: ts.Node | undefined,
): boolean {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !tsInstance.isVariableDeclaration(declaration)) return false;
  const fn = functionOf(tsInstance, declaration);
  if (write !== undefined && functionOf(tsInstance, write) !== fn) return false;
  const isOfModule = tsInstance.isSourceFile(fn);
  return (
    !isOfModule &&
    variables.referencesTo(symbol).every((each) => {
      if (functionOf(tsInstance, each) !== fn) return false;
      const isBefore = write !== undefined && each.pos < write.end && !isInNextRound(tsInstance, each, write);
      return isBefore || !isUse(tsInstance, each);
    })
  );
}

/** Whether what a loop evaluates after a write has a mention: its head, and all of the next round where the loop is endless. */
function isInNextRound(tsInstance: typeof ts, mention: ts.Node, write: ts.Node): boolean {
  for (let node = write.parent; !tsInstance.isSourceFile(node); node = node.parent) {
    if (!tsInstance.isIterationStatement(node, false)) continue;
    const ofFor = tsInstance.isForStatement(node) ? node : undefined;
    const condition =
      tsInstance.isWhileStatement(node) || tsInstance.isDoStatement(node)
        ? node.expression
        : ofFor?.condition;
    const isEndless = isEndlessLoop(tsInstance, node);
    const parts = isEndless ? [node] : [condition, ofFor?.incrementor];
    const isAgain = parts.some(
      (each) => each && contains(each, mention) && (isEndless || !contains(each, write)),
    );
    if (isAgain) return true;
  }
  return false;
}

/** Whether a mention hands on, awaits or looks into what a variable has. */
export function isUse(tsInstance: typeof ts, mention: ts.Identifier): boolean {
  const { parent } = mention;
  if (tsInstance.isTypeOfExpression(parent)) return false;
  if (tsInstance.isVoidExpression(parent) || tsInstance.isExpressionStatement(parent)) return false;
  if (valuesWrittenTo(tsInstance, mention).length > 0) return false;
  if (tsInstance.isBinaryExpression(parent) && parent.left === mention)
    return !isAssignmentOperator(tsInstance, parent.operatorToken.kind);
  if (!tsInstance.isPropertyAccessExpression(parent)) return true;
  return !(/^(?:length|size)$/.test(parent.name.text) || isLeftChain(tsInstance, parent));
}

/** `pending.catch(report);`, `void pending.then(count).catch(report);` */
function isLeftChain(tsInstance: typeof ts, access: ts.PropertyAccessExpression): boolean {
  for (let member: ts.Node = access; tsInstance.isPropertyAccessExpression(member);) {
    const call: ts.Node = member.parent;
    const isCall = tsInstance.isCallExpression(call) && call.expression === member;
    if (!isCall || !isChaining(member.name.text)) return false;
    const outer = outerExpression(tsInstance, call).parent;
    if (tsInstance.isExpressionStatement(outer) || tsInstance.isVoidExpression(outer)) return true;
    member = outer;
  }
  return false;
}
