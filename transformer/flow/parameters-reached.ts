import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { isReference, walkCode } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { functionMeant, parameterMeant, resultsOf } from "./called";
import type { Variables } from "./variables";

/** That what a function gives is one of its parameters, holds it, or uses it when it is called. */
export interface ParameterReached {
  readonly index: number;
  readonly as: "itself" | "inside" | "closure";
}

/** Longer ways from what is returned to the parameter are not followed. */
const maximalDepth = 4;

/** A function that says which parameters are reached through what a function of this file returns. */
export function createParametersReached(
  tsInstance: typeof ts,
  variables: Variables,
): (fn: FunctionNode) => readonly ParameterReached[] {
  // By how deep the calls are that lead to a function: so each is read once for each depth, however many call it.
  const known = Array.from(
    { length: maximalDepth + 2 },
    () => new Map<FunctionNode, readonly ParameterReached[]>(),
  );
  return (fn) => of(fn, 0);

  function of(fn: FunctionNode, depth: number): readonly ParameterReached[] {
    let reached = known[depth]!.get(fn);
    if (reached === undefined) {
      const found = findReached(tsInstance, variables, fn, depth, of);
      reached = [...new Map(found.map((each) => [`${each.index} ${each.as}`, each])).values()];
      known[depth]!.set(fn, reached);
    }
    return reached;
  }
}

function findReached(
  tsInstance: typeof ts,
  variables: Variables,
  fn: FunctionNode,
  depth: number,
  of: (fn: FunctionNode, depth: number) => readonly ParameterReached[],
): readonly ParameterReached[] {
  return resultsOf(tsInstance, fn).flatMap((each) => reachedBy(each, depth));

  function reachedBy(expression: ts.Expression, level: number): readonly ParameterReached[] {
    if (level > maximalDepth) return [];
    const node = skipOuterExpressions(tsInstance, expression);
    if (tsInstance.isAwaitExpression(node)) return reachedBy(node.expression, level);
    if (tsInstance.isConditionalExpression(node))
      return [...reachedBy(node.whenTrue, level), ...reachedBy(node.whenFalse, level)];
    if (isFunctionNode(tsInstance, node) || tsInstance.isClassExpression(node)) return usedIn(node);
    if (tsInstance.isIdentifier(node)) return ofName(node, level);
    if (tsInstance.isObjectLiteralExpression(node))
      return node.properties.flatMap((each) => ofProperty(each, level));
    if (tsInstance.isArrayLiteralExpression(node))
      return node.elements.flatMap((each) => held(reachedBy(each, level)));
    return tsInstance.isCallExpression(node) ? ofCall(node, level) : [];
  }

  function ofName(node: ts.Identifier, level: number): readonly ParameterReached[] {
    const index = parameterMeant(tsInstance, variables, fn, node);
    if (index >= 0) return [{ index, as: "itself" }];
    const declaration = variables.symbolOf(node)?.declarations?.[0];
    if (declaration === undefined || declaration.pos < fn.pos || declaration.end > fn.end) return [];
    if (tsInstance.isFunctionDeclaration(declaration) || tsInstance.isClassDeclaration(declaration))
      return usedIn(declaration);
    const value = variables.valueAt(node);
    return value === undefined ? [] : reachedBy(value, level + 1);
  }

  function ofProperty(property: ts.ObjectLiteralElementLike, level: number): readonly ParameterReached[] {
    if (tsInstance.isPropertyAssignment(property)) return held(reachedBy(property.initializer, level));
    if (tsInstance.isShorthandPropertyAssignment(property)) return held(ofName(property.name, level));
    if (tsInstance.isSpreadAssignment(property))
      return reachedBy(property.expression, level).filter(({ as }) => as !== "itself");
    return usedIn(property);
  }

  /** Of a function that is called with a parameter: what that one does with it. */
  function ofCall(node: ts.CallExpression, level: number): readonly ParameterReached[] {
    const called = functionMeant(tsInstance, variables, node.expression);
    if (called === undefined || called === fn) return [];
    return of(called, level + 1).flatMap(({ index, as }) => {
      const argument = node.arguments[index];
      const given = argument === undefined ? [] : reachedBy(argument, level + 1);
      return given.map((each) =>
        as === "itself" || each.as !== "itself" ? each : { index: each.index, as },
      );
    });
  }

  /** What a function or a class mentions, it uses when it is called. */
  function usedIn(node: ts.Node): readonly ParameterReached[] {
    const found = new Set<number>();
    walkCode(tsInstance, node, (each) => {
      if (!tsInstance.isIdentifier(each) || !isReference(tsInstance, each)) return;
      const index = parameterMeant(tsInstance, variables, fn, each);
      if (index >= 0) found.add(index);
    });
    return [...found].map((index) => ({ index, as: "closure" }));
  }
}

function held(all: readonly ParameterReached[]): readonly ParameterReached[] {
  return all.map((each) => (each.as === "itself" ? { index: each.index, as: "inside" } : each));
}
