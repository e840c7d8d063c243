import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { isDelay } from "../syntax/member-names";
import { plainName, walkCode } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { functionMeant, parameterMeant, resultsOf } from "./called";
import { valuesWrittenTo } from "./container-writes";
import { isUse } from "./unused";
import type { Variables } from "./variables";

/** When what is awaited is settled: once all are fulfilled or one is rejected, once one is settled, or once one is fulfilled. */
export type Settling = "all" | "race" | "any";

/** What is awaited before all of its promises need be settled. */
export interface Combination {
  readonly call: ts.Expression;
  readonly settling: Settling;
  /** What gives the promises. */
  readonly given: readonly ts.Expression[];
}

/** One of the promises of a combination. */
export interface Element {
  readonly expression: ts.Expression;
  /** It stands for any number of promises of its kind. */
  readonly isMany: boolean;
}

export interface Combinators {
  /** What an awaited expression combines, through the constant that it is, and the `then` and `catch` that follow. */
  combinationOf(awaited: ts.Expression): Combination | undefined;
  /** The promises that are combined, but those that something else is done with later, which may be to await them. */
  elementsOf(combination: Combination): readonly Element[];
  /** Whether a promise may be rejected, as far as its text shows. */
  mayReject(expression: ts.Expression): boolean;
}

/** Longer ways from a promise to its making are not followed. */
const maximalDepth = 6;

const callsInParallel =
  /^(?:pMap|pFilter|pAll|pProps|Promise\.map|Bluebird\.map|Promise\.props|Bluebird\.all)$/;

export function createCombinators(tsInstance: typeof ts, variables: Variables): Combinators {
  function skip(expression: ts.Expression): ts.Expression {
    return skipOuterExpressions(tsInstance, expression);
  }

  function combinationOf(awaited: ts.Expression, depth = 0): Combination | undefined {
    const node = skip(awaited);
    if (depth > maximalDepth) return undefined;
    if (tsInstance.isIdentifier(node)) {
      const value = variables.valueAt(node);
      return value && combinationOf(value, depth + 1);
    }
    if (!tsInstance.isCallExpression(node)) return undefined;
    const { expression: callee, arguments: args } = node;
    if (tsInstance.isPropertyAccessExpression(callee) && /^(?:then|catch|finally)$/.test(callee.name.text))
      return combinationOf(callee.expression, depth + 1);
    const [first] = args;
    const name = plainName(tsInstance, callee);
    const settling = /^Promise\.(all|race|any)$/.exec(name)?.[1] as Settling | undefined;
    if (settling !== undefined) return first && { call: node, settling, given: [first] };
    if (callsInParallel.test(name)) return { call: node, settling: "all", given: [node] };
    if (name === "pTimeout") return first && { call: node, settling: "race", given: [first, node] };
    return combinedBy(node);
  }

  /** `within(handle.read(), 1000)`, where the function gives `Promise.race([promise, …])`. */
  function combinedBy(call: ts.CallExpression): Combination | undefined {
    const called = functionMeant(tsInstance, variables, call.expression);
    if (called === undefined) return undefined;
    for (const result of resultsOf(tsInstance, called)) {
      const given = skip(result);
      const made = skip(tsInstance.isAwaitExpression(given) ? given.expression : given);
      if (!tsInstance.isCallExpression(made)) continue;
      const combined = /^Promise\.(race|any)$/.exec(plainName(tsInstance, made.expression));
      const [list] = made.arguments;
      if (combined === null || list === undefined || !tsInstance.isArrayLiteralExpression(list)) continue;
      const indices = list.elements.map((each) => parameterMeant(tsInstance, variables, called, each));
      const handed = indices.flatMap((index) => call.arguments[index] ?? []);
      if (handed.length > 0 && list.elements.length > 1)
        return { call, settling: combined[1] as Settling, given: [...handed, call] };
    }
    return undefined;
  }

  function elementsOf({ call, given }: Combination): readonly Element[] {
    return given.flatMap((each) => {
      if (each !== call) return given.length === 1 ? elementsIn(each, call) : partsOf(each, call);
      // pMap(list, (each) => …); the other side of a race.
      return given.length === 1 ? [{ expression: each, isMany: true }] : [];
    });
  }

  function elementsIn(expression: ts.Expression, call: ts.Expression, depth = 0): readonly Element[] {
    const node = skip(expression);
    if (depth > maximalDepth) return [];
    if (tsInstance.isArrayLiteralExpression(node))
      return node.elements.flatMap((each) =>
        tsInstance.isSpreadElement(each) ? elementsIn(each.expression, call, depth + 1) : partsOf(each, call),
      );
    if (!tsInstance.isIdentifier(node)) return [{ expression: node, isMany: true }];
    const symbol = variables.symbolOf(node);
    const value = variables.valueAt(node);
    if (symbol === undefined || value === undefined || isUsedAfter(symbol, call)) return [];
    const puts = variables
      .referencesTo(symbol)
      .flatMap((each) => (each.pos < call.pos ? valuesWrittenTo(tsInstance, each) : []));
    const put = puts.map((each) => ({ expression: each, isMany: isRepeated(each, symbol) }));
    const isEmpty = tsInstance.isNewExpression(skip(value));
    return [...(isEmpty ? [] : elementsIn(value, call, depth + 1)), ...put];
  }

  function partsOf(expression: ts.Expression, call: ts.Expression): readonly Element[] {
    const node = skip(expression);
    if (tsInstance.isOmittedExpression(node)) return [];
    const symbol = tsInstance.isIdentifier(node) ? variables.symbolOf(node) : undefined;
    return symbol !== undefined && isUsedAfter(symbol, call) ? [] : [{ expression: node, isMany: false }];
  }

  function isUsedAfter(symbol: ts.Symbol, call: ts.Node): boolean {
    return variables.referencesTo(symbol).some((each) => each.pos >= call.end && isUse(tsInstance, each));
  }

  /** Whether what is put into a container is put there in a loop that the container stands outside of. */
  function isRepeated(value: ts.Node, container: ts.Symbol): boolean {
    const declaration = container.valueDeclaration;
    for (let node = value.parent; !tsInstance.isSourceFile(node); node = node.parent) {
      if (declaration !== undefined && node.pos <= declaration.pos && declaration.end <= node.end)
        return false;
      if (tsInstance.isIterationStatement(node, false) || isFunctionNode(tsInstance, node)) return true;
    }
    return false;
  }

  function mayReject(expression: ts.Expression, depth = 0): boolean {
    const node = skip(expression);
    if (depth > maximalDepth) return true;
    if (tsInstance.isIdentifier(node)) {
      const value = variables.valueAt(node);
      return value === undefined || mayReject(value, depth + 1);
    }
    if (tsInstance.isConditionalExpression(node))
      return mayReject(node.whenTrue, depth + 1) || mayReject(node.whenFalse, depth + 1);
    if (tsInstance.isNewExpression(node) || tsInstance.isTaggedTemplateExpression(node)) return true;
    if (!tsInstance.isCallExpression(node)) return false; // a value, which is there already
    const { expression: callee, arguments: args } = node;
    const [first, second] = args;
    const name = plainName(tsInstance, callee);
    if (name === "Promise.resolve" || name === "Promise.allSettled" || isDelay(name)) return false;
    if (tsInstance.isPropertyAccessExpression(callee))
      switch (callee.name.text) {
        case "catch":
          return first !== undefined && throwsIn(first);
        case "then":
          return second === undefined || throwsIn(second);
        case "finally":
          return mayReject(callee.expression, depth + 1);
        case "map":
        case "flatMap":
          return first === undefined || mayRejectIn(first, depth);
      }
    const called = functionMeant(tsInstance, variables, callee);
    return called === undefined || mayRejectIn(called, depth);
  }

  /** Whether the promise of a function may be rejected: it awaits, throws or returns a promise outside of a `try` that catches. */
  function mayRejectIn(of: ts.Expression | FunctionNode, depth: number): boolean {
    const fn = isFunctionNode(tsInstance, of) ? of : functionMeant(tsInstance, variables, of);
    const body = fn?.body;
    if (body === undefined) return true;
    if (!tsInstance.isBlock(body)) return mayReject(awaitedIn(body), depth + 1);
    let may = false;
    walkCode(tsInstance, body, (node) => {
      if (may || isFunctionNode(tsInstance, node)) return false;
      const isThrowing = tsInstance.isThrowStatement(node);
      const awaited = tsInstance.isAwaitExpression(node)
        ? node.expression
        : tsInstance.isReturnStatement(node) && node.expression !== undefined
          ? node.expression
          : undefined;
      if (!isThrowing && awaited === undefined) return true;
      // What is returned and not awaited is rejected outside of the `try`.
      const isCaught = !tsInstance.isReturnStatement(node) && isCaughtIn(node, body);
      may = !isCaught && (isThrowing || mayReject(awaitedIn(awaited!), depth + 1));
      return true;
    });
    return may;
  }

  function awaitedIn(expression: ts.Expression): ts.Expression {
    const node = skip(expression);
    return tsInstance.isAwaitExpression(node) ? awaitedIn(node.expression) : node;
  }

  function isCaughtIn(node: ts.Node, body: ts.Node): boolean {
    for (let child = node; child !== body; child = child.parent) {
      const { parent } = child;
      if (!tsInstance.isTryStatement(parent) || parent.tryBlock !== child) continue;
      if (parent.catchClause !== undefined && !throws(parent.catchClause.block)) return true;
    }
    return false;
  }

  /** Whether a function that handles an error throws it on, or another. */
  function throwsIn(handler: ts.Expression): boolean {
    const fn = functionMeant(tsInstance, variables, handler);
    return fn?.body !== undefined && (throws(fn.body) || rejects(fn.body));
  }

  function throws(block: ts.Node): boolean {
    let found = false;
    walkCode(tsInstance, block, (node) => {
      if (isFunctionNode(tsInstance, node)) return false;
      found ||= tsInstance.isThrowStatement(node);
      return !found;
    });
    return found;
  }

  function rejects(body: ts.Node): boolean {
    const node = tsInstance.isExpression(body) ? skip(body) : body;
    return tsInstance.isCallExpression(node) && plainName(tsInstance, node.expression) === "Promise.reject";
  }

  return { combinationOf, elementsOf, mayReject };
}
