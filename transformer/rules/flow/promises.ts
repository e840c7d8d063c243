import type ts from "typescript";
import { isFunctionNode } from "../../1-analyze/is-function-node";
import { skipOuterExpressions } from "../../1-analyze/skip-outer-expressions";
import type { Held } from "./held";
import { contains } from "./nodes";
import type { Origins } from "./origins";
import type { Types } from "./types";
import type { Variables } from "./variables";

/** A promise whose work uses a handle. */
export interface HandlePromise {
  readonly held: Held;
  /** The expression that gives the promise. */
  readonly at: ts.Expression;
}

export interface Promises {
  /** The promises among the values that an expression may give, which nobody has awaited, and whose work uses a handle. */
  of(expression: ts.Expression): readonly HandlePromise[];
}

interface CreatePromises {
  readonly tsInstance: typeof ts;
  readonly checker: ts.TypeChecker;
  readonly variables: Variables;
  readonly origins: Origins;
  readonly types: Types;
}

/** Methods whose promise says that the handle has been released. */
const ends =
  /^(?:close|dispose|destroy|end|stop|shutdown|terminate|disconnect|release|kill|closed|done|finished)$/i;

export function createPromises({ tsInstance, checker, variables, origins, types }: CreatePromises): Promises {
  const { SyntaxKind } = tsInstance;

  function of(expression: ts.Expression, depth = 0): readonly HandlePromise[] {
    const node = skipOuterExpressions(tsInstance, expression);
    if (depth > 5) return [];
    if (tsInstance.isConditionalExpression(node))
      return [...of(node.whenTrue, depth), ...of(node.whenFalse, depth)];
    if (tsInstance.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind === SyntaxKind.CommaToken || kind === SyntaxKind.AmpersandAmpersandToken)
        return of(node.right, depth);
      if (kind === SyntaxKind.BarBarToken || kind === SyntaxKind.QuestionQuestionToken)
        return [...of(node.left, depth), ...of(node.right, depth)];
      return [];
    }
    const isMaking =
      tsInstance.isIdentifier(node) ||
      tsInstance.isCallExpression(node) ||
      tsInstance.isNewExpression(node) ||
      tsInstance.isPropertyAccessExpression(node);
    if (!isMaking) return [];
    const users = tsInstance.isIdentifier(node)
      ? ofVariable(node, depth)
      : tsInstance.isPropertyAccessExpression(node)
        ? ofMember(node)
        : usersIn(node, depth);
    const [held] = users;
    if (held === undefined || !types.isPromise(checker.getTypeAtLocation(node))) return [];
    return [{ held, at: node }];
  }

  /** A constant that holds such a promise and that nothing has awaited before. */
  function ofVariable(node: ts.Identifier, depth: number): readonly Held[] {
    const symbol = variables.symbolOf(node);
    if (symbol === undefined || variables.writesTo(symbol).length !== 1) return [];
    const value = variables.valueAt(node);
    if (value === undefined) return [];
    const isMentionedBefore = variables.referencesTo(symbol).some((each) => each.pos < node.pos);
    if (isMentionedBefore) return [];
    return of(value, depth + 1).map(({ held }) => held);
  }

  /** A promise that the handle itself holds. */
  function ofMember({ expression, name }: ts.PropertyAccessExpression): readonly Held[] {
    if (ends.test(name.text)) return [];
    return origins.of(expression).flatMap(({ held, via }) => (via === "itself" ? [held] : []));
  }

  /** The handles that the making of a promise uses. */
  function usersIn(node: ts.CallExpression | ts.NewExpression, depth: number): readonly Held[] {
    const found: Held[] = [];
    const take = (expression: ts.Expression): void => {
      for (const { held } of origins.of(expression)) found.push(held);
    };
    const callee = skipOuterExpressions(tsInstance, node.expression);
    if (isFunctionNode(tsInstance, callee))
      take(callee); // (async () => …)()
    else if (tsInstance.isIdentifier(callee) && tsInstance.isCallExpression(node))
      for (const { held, via } of origins.of(callee)) if (via === "closure") found.push(held);
    if (tsInstance.isPropertyAccessExpression(callee)) {
      if (ends.test(callee.name.text)) return [];
      const isOfAll = /^(?:all|allSettled|race|any|resolve)$/.test(callee.name.text);
      if (isOfAll && callee.expression.getText() === "Promise") {
        for (const argument of node.arguments ?? []) found.push(...ofEach(argument, depth));
        return found;
      }
      // The handle at the root of a chain of members and calls: `db.table("t").select().then(…)`.
      let root: ts.Expression = callee;
      for (;;) {
        root = skipOuterExpressions(tsInstance, root);
        const isLink =
          tsInstance.isPropertyAccessExpression(root) ||
          tsInstance.isElementAccessExpression(root) ||
          (tsInstance.isCallExpression(root) && origins.of(root).length === 0);
        if (!isLink) break;
        root = (root as ts.PropertyAccessExpression).expression;
      }
      for (const { held, via } of origins.of(root)) if (via === "itself") found.push(held);
    }
    for (const argument of node.arguments ?? []) take(argument);
    return found.filter((held) => contains(held.scope, node));
  }

  /** What the argument of `Promise.all` holds: promises in a literal, or those that `list.map(x => …)` makes. */
  function ofEach(argument: ts.Expression, depth: number): readonly Held[] {
    const node = skipOuterExpressions(tsInstance, argument);
    if (tsInstance.isArrayLiteralExpression(node))
      return node.elements.flatMap((each) => of(each, depth + 1)).map(({ held }) => held);
    if (tsInstance.isCallExpression(node)) {
      const [first] = node.arguments;
      const { expression: callee } = node;
      if (!tsInstance.isPropertyAccessExpression(callee) || callee.name.text !== "map") return [];
      const used = [callee.expression, ...(first === undefined ? [] : [first])];
      return used.flatMap((each) => origins.of(each)).map(({ held }) => held);
    }
    return of(argument, depth + 1).map(({ held }) => held);
  }

  return { of };
}
