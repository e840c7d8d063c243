import type ts from "typescript";
import { isFunctionNode } from "../syntax/function-node";
import { isEnd } from "../syntax/member-names";
import { contains, plainName } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { CandidateNames } from "./candidate-names";
import { valuesWrittenTo } from "./container-writes";
import type { Held } from "./held";
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
  readonly candidates: () => CandidateNames;
}

export function createPromises(input: CreatePromises): Promises {
  const { tsInstance, checker, variables, origins, types, candidates } = input;
  const { IndexKind, SyntaxKind } = tsInstance;

  function of(expression: ts.Expression, depth = 0): readonly HandlePromise[] {
    if (depth > 5 || !candidates().has(expression)) return [];
    const node = skipOuterExpressions(tsInstance, expression);
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
    const [held] = usersOf(node, depth);
    if (held === undefined || !isPromising(types.typeOf(node))) return [];
    return [{ held, at: node }];
  }

  /** A promise, or an array of promises. */
  function isPromising(type: ts.Type): boolean {
    if (types.isPromise(type)) return true;
    const element = checker.isArrayLikeType(type)
      ? checker.getIndexTypeOfType(type, IndexKind.Number)
      : undefined;
    return element !== undefined && types.isPromise(element);
  }

  /** The handles that the promises use which an expression gives, if it gives any. */
  function usersOf(node: ts.Expression, depth: number): readonly Held[] {
    if (tsInstance.isIdentifier(node)) return ofVariable(node, depth);
    if (tsInstance.isPropertyAccessExpression(node)) return ofMember(node);
    if (tsInstance.isArrayLiteralExpression(node)) return ofElements(node, depth);
    if (tsInstance.isCallExpression(node)) return ofMapping(node) ?? usersIn(node, depth);
    return tsInstance.isNewExpression(node) ? usersIn(node, depth) : [];
  }

  /** A constant that holds such a promise, or an array of them, and that nothing has awaited before. */
  function ofVariable(node: ts.Identifier, depth: number): readonly Held[] {
    const symbol = variables.symbolOf(node);
    if (symbol === undefined || variables.writesTo(symbol).length !== 1) return [];
    const value = variables.valueAt(node);
    if (value === undefined) return [];
    const before = variables.referencesTo(symbol).filter((each) => each.pos < node.pos);
    const put = before.map((each) => valuesWrittenTo(tsInstance, each));
    if (put.some((values) => values.length === 0)) return [];
    return [value, ...put.flat()].flatMap((each) => of(each, depth + 1)).map(({ held }) => held);
  }

  /** A promise that the handle itself holds. */
  function ofMember({ expression }: ts.PropertyAccessExpression): readonly Held[] {
    return origins.of(expression).flatMap(({ held, via }) => (via === "itself" ? [held] : []));
  }

  function ofElements({ elements }: ts.ArrayLiteralExpression, depth: number): readonly Held[] {
    return elements
      .flatMap((each) => of(tsInstance.isSpreadElement(each) ? each.expression : each, depth + 1))
      .map(({ held }) => held);
  }

  /** `list.map((each) => handle.do(each))`, `handles.map((each) => each.do())` */
  function ofMapping({
    expression: callee,
    arguments: [first],
  }: ts.CallExpression): readonly Held[] | undefined {
    if (!tsInstance.isPropertyAccessExpression(callee) || callee.name.text !== "map") return undefined;
    const used = [callee.expression, ...(first === undefined ? [] : [first])];
    return used.flatMap((each) => origins.of(each)).map(({ held }) => held);
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
      // What ends the handle gives a promise that says so.
      if (isEnd(callee.name.text)) return [];
      if (/^Promise\.(?:all|allSettled|race|any|resolve)$/.test(plainName(tsInstance, callee)))
        return (node.arguments ?? []).flatMap((each) => of(each, depth + 1)).map(({ held }) => held);
      // The handle at the root of a chain of members and calls: `db.table("t").select().then(…)`.
      let root: ts.Expression = callee;
      let member = "";
      for (;;) {
        root = skipOuterExpressions(tsInstance, root);
        const isLink =
          tsInstance.isPropertyAccessExpression(root) ||
          tsInstance.isElementAccessExpression(root) ||
          (tsInstance.isCallExpression(root) && origins.of(root).length === 0);
        if (!isLink) break;
        if (tsInstance.isPropertyAccessExpression(root)) member = root.name.text;
        root = (root as ts.PropertyAccessExpression).expression;
      }
      // `handle.close().catch(…)` is its end as well.
      if (!isEnd(member))
        for (const { held, via } of origins.of(root)) if (via === "itself") found.push(held);
    }
    for (const argument of node.arguments ?? []) take(argument);
    return found.filter((held) => contains(held.scope, node));
  }

  return { of };
}
