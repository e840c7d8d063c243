import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { contains } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { functionMeant, parameterMeant, resultsOf } from "./called";
import type { CandidateNames } from "./candidate-names";
import { valuesWrittenTo } from "./container-writes";
import { propertyOf } from "./destructuring";
import type { Held } from "./held";
import { keptParameters } from "./kept-parameters";
import { type PassedThrough, valuesKeptByCall, valuesKeptByNew } from "./known-calls";
import { isLater } from "./later-part";
import { isLazy, isStack } from "./lazy-or-stack";
import type { Variables } from "./variables";

/** How a handle is reached through a value. */
export type Via =
  | "itself"
  /** Through an object or a container that holds it. */
  | "inside"
  /** Through a function that uses it. */
  | "closure"
  /** Through an iterator or a stream that reads from it, bit by bit. */
  | "lazy"
  /** The handle is a `DisposableStack`, which owns the value. */
  | "owned";

/** That an expression gives a handle, or something through which the handle is reached. */
export interface Origin {
  readonly held: Held;
  readonly via: Via;
  /** The part of the expression that is, or holds, the handle. */
  readonly at: ts.Node;
}

export interface Origins {
  /** Where the value of an expression comes from. What is computed from a handle does not come from it. */
  of(expression: ts.Expression): readonly Origin[];
  /** The handles that a function uses. */
  capturedBy(fn: ts.Node): ReadonlySet<Held>;
}

/** Longer chains of names for one value are not followed. */
const maximalDepth = 12;

export function createOrigins(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  variables: Variables,
  all: readonly Held[],
  candidates: () => CandidateNames,
): Origins {
  const { SyntaxKind } = tsInstance;
  const byNode = new Map<ts.Node, Held>(all.map((held) => [held.node, held]));
  const captured = new Map<ts.Node, ReadonlySet<Held>>();
  const known = new Map<ts.Expression, readonly Origin[]>();
  /** How often a chain was too long: what was found then depends on where it began, and is not kept. */
  let cuts = 0;

  const via = (origins: readonly Origin[], kind: "inside" | "closure", at?: ts.Node): Origin[] =>
    origins.map((each) => ({ ...each, via: each.via === "itself" ? kind : each.via, at: at ?? each.at }));

  function of(expression: ts.Expression, depth = 0): readonly Origin[] {
    if (all.length === 0 || !candidates().has(expression)) return [];
    const node = skipOuterExpressions(tsInstance, expression);
    const before = known.get(node);
    if (before !== undefined) return before;
    if (depth > maximalDepth) {
      cuts++;
      return [];
    }
    const cutsBefore = cuts;
    known.set(node, []); // what is made of itself
    const found = look(node, depth);
    if (cuts === cutsBefore) known.set(node, found);
    else known.delete(node);
    return found;
  }

  function look(node: ts.Expression, depth: number): readonly Origin[] {
    const next = (part: ts.Expression): readonly Origin[] => of(part, depth + 1);
    if (tsInstance.isAwaitExpression(node)) return next(node.expression);
    if (tsInstance.isIdentifier(node)) return ofIdentifier(node, depth);
    if (tsInstance.isConditionalExpression(node)) return [...next(node.whenTrue), ...next(node.whenFalse)];
    if (tsInstance.isBinaryExpression(node)) {
      switch (node.operatorToken.kind) {
        case SyntaxKind.BarBarToken:
        case SyntaxKind.QuestionQuestionToken:
          return [...next(node.left), ...next(node.right)];
        case SyntaxKind.AmpersandAmpersandToken:
        case SyntaxKind.CommaToken:
        case SyntaxKind.EqualsToken:
          return next(node.right);
      }
      return [];
    }
    if (tsInstance.isArrayLiteralExpression(node))
      return node.elements.flatMap((each) =>
        tsInstance.isSpreadElement(each) ? members(each.expression, depth) : via(next(each), "inside"),
      );
    if (tsInstance.isObjectLiteralExpression(node))
      return node.properties.flatMap((property) => ofProperty(property, depth));
    if (isFunctionNode(tsInstance, node) || tsInstance.isClassExpression(node))
      return [...capturedBy(node)].map((held) => ({ held, via: "closure", at: node }));
    if (tsInstance.isCallExpression(node)) return ofCall(node, depth);
    if (tsInstance.isNewExpression(node)) return ofNew(node, depth);
    if (tsInstance.isPropertyAccessExpression(node)) return ofMember(node, depth);
    return [];
  }

  function ofIdentifier(node: ts.Identifier, depth: number): readonly Origin[] {
    const symbol = variables.symbolOf(node);
    const declaration = symbol?.declarations?.[0];
    if (
      symbol === undefined ||
      declaration === undefined ||
      declaration.getSourceFile() !== node.getSourceFile()
    )
      return [];
    const held = byNode.get(declaration);
    if (held !== undefined) return [{ held, via: "itself", at: node }];
    if (tsInstance.isFunctionDeclaration(declaration) || tsInstance.isClassDeclaration(declaration))
      return [...capturedBy(declaration)].map((each) => ({ held: each, via: "closure", at: node }));
    const values = variables.valuesAt(node);
    const origins: Origin[] = values
      .flatMap((value) => of(value, depth + 1))
      .map((each) => ({ ...each, at: node }));
    if (values.some(isContainer)) origins.push(...putInto(symbol, node, depth));
    return withoutDoubles(origins);
  }

  /** What a value holds, and is not itself. An iterator is read to its end by who takes its members. */
  function members(expression: ts.Expression, depth: number): readonly Origin[] {
    return of(expression, depth + 1).filter(({ via }) => via !== "itself" && via !== "lazy");
  }

  /** An empty or new container: what is put into it later is in it. */
  function isContainer(value: ts.Expression): boolean {
    const node = skipOuterExpressions(tsInstance, value);
    return (
      tsInstance.isArrayLiteralExpression(node) ||
      tsInstance.isObjectLiteralExpression(node) ||
      (tsInstance.isNewExpression(node) &&
        tsInstance.isIdentifier(node.expression) &&
        /^(?:Array|Map|Set)$/.test(node.expression.text))
    );
  }

  /** What has been put, before `use`, into a container that lives no longer than the handle. */
  function putInto(symbol: ts.Symbol, use: ts.Identifier, depth: number): readonly Origin[] {
    const origins: Origin[] = [];
    const declaration = symbol.valueDeclaration;
    for (const reference of variables.referencesTo(symbol)) {
      if (reference.pos >= use.pos) break;
      for (const value of valuesWrittenTo(tsInstance, reference))
        for (const origin of via(of(value, depth + 1), "inside", use))
          if (declaration && contains(origin.held.scope, declaration)) origins.push(origin);
    }
    return origins;
  }

  function ofProperty(property: ts.ObjectLiteralElementLike, depth: number): readonly Origin[] {
    if (tsInstance.isPropertyAssignment(property)) return via(of(property.initializer, depth + 1), "inside");
    if (tsInstance.isShorthandPropertyAssignment(property))
      return via(ofIdentifier(property.name, depth + 1), "inside");
    if (tsInstance.isSpreadAssignment(property)) return members(property.expression, depth);
    return [...capturedBy(property)].map((held) => ({ held, via: "closure", at: property }));
  }

  function ofCall(node: ts.CallExpression, depth: number): readonly Origin[] {
    const held = byNode.get(node);
    if (held !== undefined) return [{ held, via: "itself", at: node }];
    const callee = skipOuterExpressions(tsInstance, node.expression);
    const called = functionMeant(tsInstance, variables, callee);
    if (called !== undefined && !("asteriskToken" in called && called.asteriskToken))
      return ofResults(called, node.arguments, depth).map((each) => ({ ...each, at: node }));
    // An iterator or a stream that has been given a handle, or a function that uses one, reads from it as it is read.
    const ofArguments = node.arguments.flatMap((each) => of(each, depth + 1));
    if (ofArguments.length > 0 && isLazy(checker, node))
      return ofArguments.map((each) => ({ ...each, via: "lazy", at: node }));
    const passed = valuesKeptByCall(tsInstance, node).flatMap((each) => ofPassedThrough(each, node, depth));
    if (!tsInstance.isPropertyAccessExpression(callee) || passed.length > 0) return passed;

    const ofOwner = of(callee.expression, depth + 1);
    if (ofOwner.length > 0) {
      if (/^(?:use|adopt)$/.test(callee.name.text) && isStack(checker, callee.expression))
        return ofOwner.map((each) => ({ ...each, via: "owned", at: node }));
      if (givesThis(node)) return ofOwner.map((each) => ({ ...each, at: node }));
      if (isLazy(checker, node)) return ofOwner.map((each) => ({ ...each, via: "lazy", at: node }));
    }
    const [first] = node.arguments;
    const mapped = /^(?:map|flatMap)$/.test(callee.name.text) && first !== undefined ? first : undefined;
    const mapping = mapped && functionMeant(tsInstance, variables, mapped);
    if (mapping === undefined) return [];
    const isSame = resultsOf(tsInstance, mapping).some(
      (each) => parameterMeant(tsInstance, variables, mapping, each) === 0,
    );
    const same = isSame ? members(callee.expression, depth).map((each) => ({ ...each, at: node })) : [];
    return [...same, ...via(ofResults(mapping, [], depth), "inside", node)];
  }

  /** What a function of this file gives, called with these arguments. */
  function ofResults(fn: FunctionNode, given: readonly ts.Expression[], depth: number): readonly Origin[] {
    return resultsOf(tsInstance, fn).flatMap((result) => {
      const argument = given[parameterMeant(tsInstance, variables, fn, result)];
      // What the function itself acquires it has released.
      const isItsOwn = ({ held }: Origin): boolean => contains(fn, held.scope);
      return of(argument ?? result, depth + 1).filter((each) => argument !== undefined || !isItsOwn(each));
    });
  }

  function ofPassedThrough({ part, as }: PassedThrough, at: ts.Node, depth: number): readonly Origin[] {
    if (as === "members") return members(part, depth).map((each) => ({ ...each, at }));
    return as === "same" ? of(part, depth + 1) : via(of(part, depth + 1), as, at);
  }

  /** A method that gives back its own object: its type says `this`. */
  function givesThis(node: ts.CallExpression): boolean {
    const type = checker.getResolvedSignature(node)?.declaration?.type;
    return type?.kind === SyntaxKind.ThisType;
  }

  /** `new Repository(handle)`, where the text of the class shows that it keeps the handle. */
  function ofNew(node: ts.NewExpression, depth: number): readonly Origin[] {
    const standard = valuesKeptByNew(tsInstance, node).flatMap((each) => ofPassedThrough(each, node, depth));
    // A class that is declared in the scope of a handle, and uses it.
    const ofClass = of(node.expression, depth + 1).map((each) => ({ ...each, at: node }));
    const given = (node.arguments ?? []).map((each) => of(each, depth + 1));
    if (given.every((each) => each.length === 0)) return ofClass;
    const kept = keptParameters(tsInstance, checker, node);
    const ofKept = given.flatMap((each, index) => (kept.has(index) ? via(each, "inside", node) : []));
    return [...standard, ...ofClass, ...ofKept];
  }

  /** A property of an object whose making is in sight. */
  function ofMember(node: ts.PropertyAccessExpression, depth: number): readonly Origin[] {
    const object = skipOuterExpressions(tsInstance, node.expression);
    const value = (tsInstance.isIdentifier(object) ? variables.valueAt(object) : undefined) ?? object;
    const literal = skipOuterExpressions(tsInstance, value);
    if (!tsInstance.isObjectLiteralExpression(literal)) {
      const origins = of(node.expression, depth + 1).filter((each) => each.via === "itself");
      return origins.length > 0 && isLazy(checker, node)
        ? origins.map((each) => ({ ...each, via: "lazy", at: node }))
        : [];
    }
    const property = propertyOf(tsInstance, literal, node.name.text);
    return property === undefined ? [] : of(property, depth + 1).map((each) => ({ ...each, at: node }));
  }

  function capturedBy(fn: ts.Node): ReadonlySet<Held> {
    const known = captured.get(fn);
    if (known !== undefined) return known;
    const found = new Set<Held>();
    captured.set(fn, found); // a function that calls itself
    if (!all.some(({ scope }) => contains(scope, fn))) return found;
    for (const mention of candidates().mentionsIn(fn)) {
      if (tsInstance.isClassLike(fn) && !isLater(tsInstance, fn, mention)) continue;
      const declaration = variables.symbolOf(mention)?.declarations?.[0];
      if (declaration === undefined || declaration.getSourceFile() !== mention.getSourceFile()) continue;
      if (contains(fn, declaration)) continue;
      // `weak.deref()` of a WeakRef and the like is no origin, nor is anything else that is computed.
      for (const { held } of ofIdentifier(mention, 1)) if (contains(held.scope, fn)) found.add(held);
    }
    return found;
  }

  return { of, capturedBy };
}

function withoutDoubles(origins: readonly Origin[]): readonly Origin[] {
  return origins.filter(
    (each, index) => origins.findIndex(({ held, via }) => held === each.held && via === each.via) === index,
  );
}
