import type ts from "typescript";
import { callsAtOnce } from "../syntax/callback-names";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { PromiseInput } from "./promise-input";

export interface Executors {
  /** The function that `new Promise` calls at once. */
  isExecutor(call: ts.CallExpression | ts.NewExpression, argument: ts.Expression): boolean;
  /** Whether a function that runs at once does more with handles than to settle a promise: `(resolve) => resolve(handle.size)` */
  usesLater(executor: ts.Expression): boolean;
}

/** Looks at what `new Promise` is given. */
export function createExecutors({ tsInstance, origins, types, candidates }: PromiseInput): Executors {
  function usesLater(executor: ts.Expression): boolean {
    const fn = skipOuterExpressions(tsInstance, executor) as FunctionNode;
    const settling = fn.parameters.map(({ name }) => name.getText());
    return candidates()
      .mentionsIn(fn)
      .some((mention) => origins.of(mention).length > 0 && isLater(mention, fn, settling));
  }

  function isLater(mention: ts.Node, fn: ts.Node, settling: readonly string[]): boolean {
    let isSettling = false;
    for (let node: ts.Node = mention; node !== fn; node = node.parent) {
      if (isFunctionNode(tsInstance, node)) {
        if (!isCalledAtOnce(node)) return true;
      } else if (tsInstance.isCallExpression(node)) {
        if (settling.includes(node.expression.getText())) {
          if (node.arguments.some((each) => types.isPromise(types.typeOf(each)))) return true;
          isSettling = true;
        }
        if (!isSettling && node.arguments.some((each) => isCallback(each, settling))) return true;
      }
    }
    return false;
  }

  /** A function that is given to a method of a list: `rows.forEach((row) => …)` */
  function isCalledAtOnce(fn: FunctionNode): boolean {
    const { parent } = fn;
    return (
      tsInstance.isCallExpression(parent) &&
      tsInstance.isPropertyAccessExpression(parent.expression) &&
      callsAtOnce(parent.expression.name.text)
    );
  }

  /** A function, or one of the two that settle the promise. */
  function isCallback(argument: ts.Expression, settling: readonly string[]): boolean {
    const node = skipOuterExpressions(tsInstance, argument);
    return isFunctionNode(tsInstance, node)
      ? !isCalledAtOnce(node)
      : tsInstance.isIdentifier(node) && settling.includes(node.text);
  }

  return {
    usesLater,
    isExecutor: (call, argument) =>
      tsInstance.isNewExpression(call) &&
      tsInstance.isIdentifier(call.expression) &&
      call.expression.text === "Promise" &&
      isFunctionNode(tsInstance, skipOuterExpressions(tsInstance, argument)),
  };
}
