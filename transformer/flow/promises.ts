import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { isEnd } from "../syntax/member-names";
import { contains, dominates, isReference, plainName, walkCode } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { functionMeant, resultsOf } from "./called";
import type { CandidateNames } from "./candidate-names";
import { valuesWrittenTo } from "./container-writes";
import { createExecutors } from "./executors";
import type { FileNodes } from "./file-nodes";
import type { Held } from "./held";
import type { Origins } from "./origins";
import { createOwners } from "./owners";
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
  /** The handles that an object belongs to: a handle, what it has made, or a part of it. */
  ownersOf(object: ts.Expression): readonly Held[];
  /** Whether an expression is `list.forEach(async (each) => …)`: the promises are made, and nobody has them. */
  startsEach(expression: ts.Expression): boolean;
  /** Whether the text of an expression lets it give such a promise at all. */
  mayBeOne(expression: ts.Expression): boolean;
  /** Whether an expression gives a list of promises: to await it awaits none of them. */
  isList(expression: ts.Expression): boolean;
}

export interface CreatePromises {
  readonly tsInstance: typeof ts;
  readonly checker: ts.TypeChecker;
  readonly variables: Variables;
  readonly origins: Origins;
  readonly types: Types;
  readonly candidates: () => CandidateNames;
  readonly nodes: () => FileNodes;
}

export function createPromises(input: CreatePromises): Promises {
  const { tsInstance, checker, variables, origins, types, candidates, nodes } = input;
  const { IndexKind, SyntaxKind } = tsInstance;
  const { isExecutor, usesLater } = createExecutors(input);
  const { ofObject, usedBy, ofCalled } = createOwners(input);

  function of(expression: ts.Expression, depth = 0): readonly HandlePromise[] {
    const node = skipOuterExpressions(tsInstance, expression);
    if (depth > 5 || !mayBeOne(node)) return [];
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
    if (tsInstance.isObjectLiteralExpression(node))
      return node.properties.flatMap((each) =>
        tsInstance.isPropertyAssignment(each)
          ? of(each.initializer, depth + 1)
          : tsInstance.isShorthandPropertyAssignment(each)
            ? of(each.name, depth + 1)
            : [],
      );
    const collected = collectedIn(node);
    if (collected !== undefined) return of(collected, depth + 1);
    const isPromise = isPromising(types.typeOf(node));
    // `[key, handle.get(key)]`, and lists of such.
    if (tsInstance.isArrayLiteralExpression(node) && !isPromise)
      return node.elements.flatMap((each) => of(each, depth + 1));
    const [held] = usersOf(node, depth);
    if (held === undefined || !(isPromise || startsEach(node) || mapsToMore(node, depth))) return [];
    return [{ held, at: node }];
  }

  function mayBeOne(node: ts.Expression): boolean {
    if (candidates().has(node)) return true;
    // `next()`: what it uses, its text does not show.
    return (
      tsInstance.isCallExpression(node) &&
      node.arguments.length === 0 &&
      tsInstance.isIdentifier(node.expression)
    );
  }

  /** What a container is made of: `new Map(entries)`, `Object.fromEntries(entries)` */
  function collectedIn(node: ts.Expression): ts.Expression | undefined {
    const isNew = tsInstance.isNewExpression(node);
    if (!isNew && !tsInstance.isCallExpression(node)) return undefined;
    const name = plainName(tsInstance, node.expression);
    const isContainer = isNew ? /^(?:Map|Set)$/.test(name) : name === "Object.fromEntries";
    return isContainer ? node.arguments?.[0] : undefined;
  }

  /** `list.map((each) => [each, handle.get(each)])`: what each gives holds a promise, and is none. */
  function mapsToMore(node: ts.Expression, depth: number): boolean {
    if (!tsInstance.isCallExpression(node)) return false;
    const [first] = node.arguments;
    const isMapping =
      tsInstance.isPropertyAccessExpression(node.expression) && node.expression.name.text === "map";
    const mapping = isMapping && first !== undefined && functionMeant(tsInstance, variables, first);
    if (mapping === false || mapping === undefined) return false;
    return resultsOf(tsInstance, mapping).some((each) => {
      const result = skipOuterExpressions(tsInstance, each);
      const isLiteral =
        tsInstance.isArrayLiteralExpression(result) || tsInstance.isObjectLiteralExpression(result);
      return isLiteral && of(result, depth + 1).length > 0;
    });
  }

  function isList(expression: ts.Expression): boolean {
    const type = types.typeOf(skipOuterExpressions(tsInstance, expression));
    return !types.isPromise(type) && isPromising(type);
  }

  function startsEach(node: ts.Expression): boolean {
    if (!tsInstance.isCallExpression(node) || !tsInstance.isPropertyAccessExpression(node.expression))
      return false;
    const [first] = node.arguments;
    if (node.expression.name.text !== "forEach" || first === undefined) return false;
    const [signature] = checker.getTypeAtLocation(first).getCallSignatures();
    return signature !== undefined && types.isPromise(signature.getReturnType());
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
    if (tsInstance.isCallExpression(node)) return ofMapping(node, depth) ?? usersIn(node, depth);
    if (tsInstance.isTaggedTemplateExpression(node)) return ofObject(node.tag); // handle.sql`…`
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

  /** A promise that the handle itself holds, and that nothing has awaited before. */
  function ofMember(node: ts.PropertyAccessExpression): readonly Held[] {
    const { expression } = node;
    const text = node.getText();
    const isAwaited = nodes().awaits.some(
      (each) =>
        each.expression.getText() === text && each.end <= node.pos && dominates(tsInstance, each, node),
    );
    if (isAwaited) return [];
    return origins.of(expression).flatMap(({ held, via }) => (via === "itself" ? [held] : []));
  }

  function ofElements({ elements }: ts.ArrayLiteralExpression, depth: number): readonly Held[] {
    return elements
      .flatMap((each) => of(tsInstance.isSpreadElement(each) ? each.expression : each, depth + 1))
      .map(({ held }) => held);
  }

  /** `list.map((each) => handle.do(each))`, `handles.map((each) => each.do())` */
  function ofMapping(
    { expression: callee, arguments: [first] }: ts.CallExpression,
    depth: number,
  ): readonly Held[] | undefined {
    if (!tsInstance.isPropertyAccessExpression(callee) || !/^(?:map|forEach)$/.test(callee.name.text))
      return undefined;
    const owners = origins.of(callee.expression).map(({ held }) => held);
    if (first === undefined) return owners;
    const mapping = functionMeant(tsInstance, variables, first);
    // What a plain function reads on the way it reads at once: only what it gives may go on.
    if (mapping === undefined || isAsync(mapping) || resultsOf(tsInstance, mapping).length === 0)
      return [...owners, ...usedBy(first)];
    const given = resultsOf(tsInstance, mapping).flatMap((each) => of(each, depth + 1));
    return [...owners, ...given.map(({ held }) => held)];
  }

  function isAsync(fn: FunctionNode): boolean {
    return fn.modifiers?.some(({ kind }) => kind === SyntaxKind.AsyncKeyword) === true;
  }

  /** The handles that the making of a promise uses. */
  function usersIn(node: ts.CallExpression | ts.NewExpression, depth: number): readonly Held[] {
    const found: Held[] = [];
    const take = (expression: ts.Expression): void => void found.push(...usedBy(expression));
    /** What a call is given: handles, functions that use them, and promises. */
    const takeGiven = (call: ts.CallExpression | ts.NewExpression): void => {
      const called = tsInstance.isCallExpression(call)
        ? functionMeant(tsInstance, variables, call.expression)
        : undefined;
      for (const [index, argument] of (call.arguments ?? []).entries()) {
        if (called !== undefined && readsAtOnce(called, index)) continue;
        if (!isExecutor(call, argument)) take(argument);
        else if (usesLater(argument)) take(argument);
        for (const { held } of of(argument, depth + 1)) found.push(held);
        found.push(...ofNested(argument, depth));
      }
    };
    const callee = skipOuterExpressions(tsInstance, node.expression);
    if (isFunctionNode(tsInstance, callee))
      take(callee); // (async () => …)()
    else if (tsInstance.isIdentifier(callee) && tsInstance.isCallExpression(node))
      found.push(...ofCalled(callee, node));
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
        // What a promise is chained to: `load(handle).then(…)`, `Promise.all(…).then(…)`, `expect(handle.get()).resolves.…`
        if (tsInstance.isCallExpression(root)) {
          if (isPromising(types.typeOf(root))) {
            found.push(...usersOf(root, depth + 1));
            break;
          }
          if (origins.of(root).length > 0) break;
          takeGiven(root);
        } else if (tsInstance.isTaggedTemplateExpression(root)) {
          found.push(...ofObject(root.tag));
          break;
        } else if (
          !tsInstance.isPropertyAccessExpression(root) &&
          !tsInstance.isElementAccessExpression(root)
        )
          break;
        if (tsInstance.isPropertyAccessExpression(root)) member = root.name.text;
        root = (root as ts.PropertyAccessExpression).expression;
      }
      // `handle.close().catch(…)` is its end as well.
      if (!isEnd(member)) found.push(...ofObject(root));
    }
    takeGiven(node);
    return found.filter((held) => contains(held.scope, node));
  }

  /** `lastValueFrom(ids$.pipe(mergeMap((id) => handle.load(id))))`: work that is handed on by what is no promise itself. */
  function ofNested(argument: ts.Expression, depth: number): readonly Held[] {
    const node = skipOuterExpressions(tsInstance, argument);
    if (depth > 5 || !tsInstance.isCallExpression(node) || !candidates().has(node)) return [];
    if (isPromising(types.typeOf(node))) return [];
    const { expression: callee } = node;
    const inner = tsInstance.isPropertyAccessExpression(callee) ? ofNested(callee.expression, depth + 1) : [];
    const given = node.arguments.flatMap((each) => {
      const nested = [...of(each, depth + 1).map(({ held }) => held), ...ofNested(each, depth + 1)];
      const fn = functionMeant(tsInstance, variables, each);
      const signature = fn && checker.getSignatureFromDeclaration(fn);
      const isWork = signature !== undefined && isPromising(signature.getReturnType());
      return isWork ? [...nested, ...usedBy(each)] : nested;
    });
    return [...inner, ...given];
  }

  /** Whether a function of this file is done with a parameter when it returns: its promise is made of other things. */
  function readsAtOnce(fn: FunctionNode, index: number): boolean {
    const name = fn.parameters[index]?.name;
    if (name === undefined || !tsInstance.isIdentifier(name) || isAsync(fn)) return false;
    const results = resultsOf(tsInstance, fn);
    return (
      results.length > 0 &&
      results.every((each) => {
        const result = skipOuterExpressions(tsInstance, each);
        return tsInstance.isCallExpression(result) && !mentions(result, name.text);
      })
    );
  }

  function mentions(node: ts.Node, name: string): boolean {
    let found = false;
    walkCode(tsInstance, node, (each) => {
      found ||= tsInstance.isIdentifier(each) && each.text === name && isReference(tsInstance, each);
      return !found;
    });
    return found;
  }

  return { of, ownersOf: ofObject, startsEach, mayBeOne, isList };
}
