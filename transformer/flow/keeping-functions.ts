import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { isAdding, isKeeping, isSetting } from "../syntax/member-names";
import { contains, walkCode } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { findUndoings, isUndone, rootOf } from "./lifetimes";

/** Where a function keeps what it is given. */
export type Kept =
  /** In the object that it is a method of. */
  | "this"
  /** In a variable that lives on when it has returned. */
  | "outside";

/** Longer ways from a call to where its argument is kept are not followed. */
const maximalDepth = 3;

export interface KeepingFunctions {
  /** Where a call keeps an argument, as the text of what is called shows; `undefined` where it does not, or is not in sight. */
  keptBy(call: ts.CallExpression, index: number): Kept | undefined;
  /** Whether the text of what is called is in sight. */
  isInSight(call: ts.CallExpression): boolean;
}

export function createKeepingFunctions(tsInstance: typeof ts, checker: ts.TypeChecker): KeepingFunctions {
  // By how deep the calls are that lead to a function: the deeper, the less is looked at.
  const known = Array.from(
    { length: maximalDepth + 1 },
    () => new Map<FunctionNode, ReadonlyMap<string, Kept>>(),
  );

  function calledBy(call: ts.CallExpression): FunctionNode | undefined {
    const declaration = checker.getResolvedSignature(call)?.declaration;
    if (declaration === undefined || !isFunctionNode(tsInstance, declaration)) return undefined;
    return declaration.body === undefined ? undefined : declaration;
  }

  function keptBy(call: ts.CallExpression, index: number, depth = 0): Kept | undefined {
    const fn = calledBy(call);
    const name = fn?.parameters[index]?.name;
    if (fn === undefined || name === undefined || !tsInstance.isIdentifier(name)) return undefined;
    return keptIn(fn, depth).get(name.text);
  }

  /** The parameters that a function keeps, by their names. */
  function keptIn(fn: FunctionNode, depth: number): ReadonlyMap<string, Kept> {
    const before = known[depth]!.get(fn);
    if (before !== undefined) return before;
    const found = new Map<string, Kept>();
    known[depth]!.set(fn, found);
    const names = new Set<string>();
    for (const { name } of fn.parameters) if (tsInstance.isIdentifier(name)) names.add(name.text);
    const undoings = findUndoings(tsInstance, fn as never);
    walkCode(tsInstance, fn, (node) => {
      if (isFunctionNode(tsInstance, node)) return false;
      if (tsInstance.isBinaryExpression(node)) {
        if (node.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken) put(node, node.left, [node.right]);
      } else if (tsInstance.isCallExpression(node)) ofCall(node);
      return true;
    });
    return found;

    function put(node: ts.Node, target: ts.Expression, values: readonly ts.Expression[]): void {
      const where = placeOf(fn, target);
      if (where === undefined || isUndone(undoings, target, node)) return;
      for (const value of values)
        for (const name of namesIn(value)) if (names.has(name)) found.set(name, where);
    }

    function ofCall(call: ts.CallExpression): void {
      const { expression: callee, arguments: given } = call;
      if (tsInstance.isPropertyAccessExpression(callee)) {
        const { text } = callee.name;
        const isContainer = isAdding(text) || isSetting(text) || isKeeping(text);
        if (isContainer) return put(call, callee.expression, given);
      }
      if (depth >= maximalDepth) return;
      given.forEach((each, index) => {
        const node = skipOuterExpressions(tsInstance, each);
        if (!tsInstance.isIdentifier(node) || !names.has(node.text)) return;
        const kept = keptBy(call, index, depth + 1);
        if (kept === undefined) return;
        const receiver = tsInstance.isPropertyAccessExpression(callee) ? callee.expression : undefined;
        const where = kept === "outside" || receiver === undefined ? kept : placeOf(fn, receiver);
        if (where !== undefined) found.set(node.text, where);
      });
    }
  }

  /** The names of values that a value is, or holds: `{ handle }`, `[handle]`, `new Wrapper(handle)`. */
  function namesIn(value: ts.Expression): readonly string[] {
    const node = skipOuterExpressions(tsInstance, value);
    if (tsInstance.isIdentifier(node)) return [node.text];
    if (tsInstance.isArrayLiteralExpression(node)) return node.elements.flatMap(namesIn);
    if (!tsInstance.isObjectLiteralExpression(node)) return [];
    return node.properties.flatMap((each) => {
      if (tsInstance.isShorthandPropertyAssignment(each)) return each.name.text;
      return tsInstance.isPropertyAssignment(each) ? namesIn(each.initializer) : [];
    });
  }

  /** Where something that a function writes to lives; `undefined` where that is the function's own, or a parameter's. */
  function placeOf(fn: FunctionNode, target: ts.Expression): Kept | undefined {
    const root = rootOf(tsInstance, target);
    if (root.kind === tsInstance.SyntaxKind.ThisKeyword) return "this";
    if (!tsInstance.isIdentifier(root)) return undefined;
    if (/^(?:globalThis|window|global|self)$/.test(root.text)) return "outside";
    const declaration = checker.getSymbolAtLocation(root)?.declarations?.[0];
    if (declaration === undefined) return undefined;
    const isOwn = declaration.getSourceFile() === fn.getSourceFile() && contains(fn, declaration);
    return isOwn ? undefined : "outside";
  }

  return { keptBy, isInSight: (call) => calledBy(call) !== undefined };
}
