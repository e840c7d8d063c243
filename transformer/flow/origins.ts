import type ts from "typescript";
import { isPathMaking } from "../syntax/derived-names";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { contains, plainName } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { functionMeant, parameterMeant, resultsOf } from "./called";
import type { CandidateNames } from "./candidate-names";
import { valuesWrittenTo } from "./container-writes";
import { type Definition, isJoin } from "./definitions";
import { createDerivations } from "./derivations";
import { createFixpoint } from "./fixpoint";
import { createGivenOrigins } from "./given-origins";
import type { Held } from "./held";
import { keptParameters } from "./kept-parameters";
import { type PassedThrough, valuesKeptByCall, valuesKeptByNew } from "./known-calls";
import { isLater } from "./later-part";
import { givesThis, isLazy, isStack } from "./lazy-or-stack";
import { createMemberOrigins } from "./member-origins";
import { at, type Finding, type Found, none, type Origin, queries, reached, union } from "./origin";
import { createParametersReached } from "./parameters-reached";
import type { Parts } from "./parts";
import type { Variables } from "./variables";

export interface Origins {
  /** Where the value of an expression comes from. What is computed from a handle does not come from it. */
  of(expression: ts.Expression): readonly Origin[];
  /** The handles that a function uses. */
  capturedBy(fn: ts.Node): ReadonlySet<Held>;
}

export function createOrigins(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  variables: Variables,
  all: readonly Held[],
  candidates: () => CandidateNames,
): Origins {
  const { SyntaxKind } = tsInstance;
  const byNode = new Map<ts.Node, Held>(all.map((held) => [held.node, held]));
  const solve = createFixpoint<Found>(none, union);
  const valueOf = queries(look);
  const captured = queries(lookInto);
  const contentsBefore = queries(lookBefore);
  const definedBy = queries(lookAtDefinition);
  const containers = new Map<ts.Symbol, boolean>();
  const results = new Map<FunctionNode, readonly ts.Expression[]>();
  const parametersReached = createParametersReached(tsInstance, variables);
  const derivations = createDerivations(tsInstance, checker);
  const parts: Parts = { tsInstance, checker, variables, derivations, of, ofElement };
  const { ofMember, ofProperty, ofBinding, ofPath } = createMemberOrigins(parts);
  const ofGiven = createGivenOrigins(parts);

  return {
    of: (expression) => (isCandidate(expression) ? solve(valueOf(skip(expression))) : none),
    capturedBy: (fn) => new Set(solve(captured(fn)).map(({ held }) => held)),
  };

  function skip(expression: ts.Expression): ts.Expression {
    return skipOuterExpressions(tsInstance, expression);
  }

  function isCandidate(node: ts.Node): boolean {
    return all.length > 0 && candidates().has(node);
  }

  /** What is found of a part, on the way to what is found of the whole. */
  function* of(expression: ts.Expression): Finding {
    return isCandidate(expression) ? yield valueOf(skip(expression)) : none;
  }

  function* ofAll(expressions: readonly ts.Expression[]): Finding {
    let found = none;
    for (const each of expressions) found = union(found, yield* of(each));
    return found;
  }

  function* look(node: ts.Expression): Finding {
    if (tsInstance.isAwaitExpression(node)) return yield* of(node.expression);
    if (tsInstance.isIdentifier(node)) return yield* ofIdentifier(node);
    if (tsInstance.isConditionalExpression(node)) return yield* ofAll([node.whenTrue, node.whenFalse]);
    if (tsInstance.isBinaryExpression(node)) {
      switch (node.operatorToken.kind) {
        case SyntaxKind.BarBarToken:
        case SyntaxKind.QuestionQuestionToken:
          return yield* ofAll([node.left, node.right]);
        case SyntaxKind.AmpersandAmpersandToken:
        case SyntaxKind.CommaToken:
        case SyntaxKind.EqualsToken:
          return yield* of(node.right);
        case SyntaxKind.PlusToken: {
          const isPath = tsInstance.isStringLiteralLike(node.right) && isPathEnd.test(node.right.text);
          return isPath ? at(node, yield* ofPath(node.left), "path") : none;
        }
      }
      return none;
    }
    if (tsInstance.isArrayLiteralExpression(node)) {
      let found = none;
      for (const each of node.elements)
        found = union(
          found,
          tsInstance.isSpreadElement(each)
            ? yield* members(each.expression)
            : reached(yield* of(each), "inside"),
        );
      return found;
    }
    if (tsInstance.isObjectLiteralExpression(node)) {
      let found = none;
      for (const property of node.properties) found = union(found, yield* ofElement(property));
      return found;
    }
    if (tsInstance.isTemplateExpression(node)) {
      const [span, next] = node.templateSpans;
      const isUrl = node.head.text === "" || node.head.text === "file://";
      const isSeparated =
        span?.literal.text === "" && next !== undefined && /^(?:\w+\.)?sep$/.test(next.expression.getText());
      const isPath = isUrl && span !== undefined && (isSeparated || isPathEnd.test(span.literal.text));
      return isPath ? at(node, yield* ofPath(span.expression), "path") : none;
    }
    if (isFunctionNode(tsInstance, node) || tsInstance.isClassExpression(node)) return yield captured(node);
    if (tsInstance.isCallExpression(node)) return yield* ofCall(node);
    if (tsInstance.isNewExpression(node)) return yield* ofNew(node);
    if (tsInstance.isPropertyAccessExpression(node)) return yield* ofMember(node);
    if (tsInstance.isElementAccessExpression(node) && derivations.isLive(node))
      return at(
        node,
        (yield* of(node.expression)).filter(({ via }) => via === "derived"),
        "derived",
      );
    return none;
  }

  function* ofIdentifier(node: ts.Identifier): Finding {
    const symbol = variables.symbolOf(node);
    const declaration = symbol?.declarations?.[0];
    if (
      symbol === undefined ||
      declaration === undefined ||
      declaration.getSourceFile() !== node.getSourceFile()
    )
      return none;
    const held = byNode.get(declaration);
    if (held !== undefined) return [{ held, via: "itself", at: node }];
    if (tsInstance.isFunctionDeclaration(declaration) || tsInstance.isClassDeclaration(declaration))
      return at(node, yield captured(declaration));
    const definition = variables.definitionAt(node);
    const given = definition === undefined ? none : at(node, yield definedBy(definition));
    return mayBeContainer(symbol) ? union(given, at(node, yield contentsBefore(node))) : given;
  }

  function* lookAtDefinition(definition: Definition): Finding {
    if (!isJoin(definition)) {
      const { node, value } = definition;
      if (value !== undefined) return yield* of(value);
      return tsInstance.isBindingElement(node) ? yield* ofBinding(node) : none;
    }
    let found = none;
    for (const input of definition.inputs) found = union(found, yield definedBy(input));
    return found;
  }

  /** What a value holds, and is not itself. An iterator is read to its end by who takes its members. */
  function* members(expression: ts.Expression): Finding {
    const found = (yield* of(expression)).filter(({ via }) => via !== "itself" && via !== "lazy");
    return found.length > 0 && derivations.isCopiedWhole(expression) ? none : found;
  }

  function mayBeContainer(symbol: ts.Symbol): boolean {
    const known = containers.get(symbol);
    if (known !== undefined) return known;
    const found = variables.writesTo(symbol).some(({ value }) => value !== undefined && isContainer(value));
    containers.set(symbol, found);
    return found;
  }

  /** An empty or new container: what is put into it later is in it. */
  function isContainer(value: ts.Expression): boolean {
    const node = skip(value);
    return (
      tsInstance.isArrayLiteralExpression(node) ||
      tsInstance.isObjectLiteralExpression(node) ||
      (tsInstance.isNewExpression(node) &&
        tsInstance.isIdentifier(node.expression) &&
        /^(?:Array|Map|Set)$/.test(node.expression.text))
    );
  }

  /** What has been put, before a mention of a container, into it, where it lives no longer than the handle. */
  function* lookBefore(mention: ts.Identifier): Finding {
    const symbol = variables.symbolOf(mention);
    const declaration = symbol?.valueDeclaration;
    if (symbol === undefined || declaration === undefined) return none;
    const before = variables.referenceBefore(symbol, mention);
    if (before === undefined) return none;
    let put = none;
    for (const value of valuesWrittenTo(tsInstance, before))
      put = union(put, reached(yield* of(value), "inside", mention));
    const kept = put.filter(({ held }) => contains(held.scope, declaration));
    return union(yield contentsBefore(before), kept);
  }

  function* ofElement(property: ts.ObjectLiteralElementLike): Finding {
    if (tsInstance.isPropertyAssignment(property)) return reached(yield* of(property.initializer), "inside");
    if (tsInstance.isShorthandPropertyAssignment(property))
      return reached(yield* ofIdentifier(property.name), "inside");
    if (tsInstance.isSpreadAssignment(property)) return yield* members(property.expression);
    return yield captured(property);
  }

  function* ofCall(node: ts.CallExpression): Finding {
    const held = byNode.get(node);
    if (held !== undefined) return [{ held, via: "itself", at: node }];
    const callee = skip(node.expression);
    const called = functionMeant(tsInstance, variables, callee);
    if (called !== undefined && isGenerator(called)) {
      // It runs as it is read.
      const used = union(yield captured(called), yield* ofAll(node.arguments));
      return at(node, used, "lazy");
    }
    if (called !== undefined) return at(node, yield* ofResults(called, node.arguments));
    // An iterator or a stream that has been given a handle, or a function that uses one, reads from it as it is read.
    const ofArguments = yield* ofAll(node.arguments);
    if (ofArguments.length > 0 && isLazy(checker, node)) return at(node, ofArguments, "lazy");
    const wrapped = ofArguments.length > 0 ? yield* ofGiven(node, ofArguments) : none;
    if (wrapped.length > 0) return wrapped;
    if (isPathMaking(plainName(tsInstance, callee))) {
      let paths = none;
      for (const each of node.arguments) paths = union(paths, yield* ofPath(each));
      return at(node, paths, "path");
    }
    const passed = yield* ofPassedThrough(valuesKeptByCall(tsInstance, node), node);
    if (!tsInstance.isPropertyAccessExpression(callee) || passed.length > 0) return passed;

    const ofOwner = yield* of(callee.expression);
    if (ofOwner.length > 0) {
      if (/^(?:use|adopt|enter|enterAsync)$/.test(callee.name.text) && isStack(checker, callee.expression))
        return at(node, ofOwner, "owned");
      if (givesThis(tsInstance, checker, node)) return at(node, ofOwner);
      if (isLazy(checker, node)) return at(node, ofOwner, "lazy");
      const { name, expression: owner } = callee;
      const derived = yield* ofProperty({ node, name, owner, isCall: true });
      if (derived.length > 0) return derived;
    }
    const [first] = node.arguments;
    const mapped = /^(?:map|flatMap)$/.test(callee.name.text) && first !== undefined ? first : undefined;
    const mapping = mapped && functionMeant(tsInstance, variables, mapped);
    if (mapping === undefined) return none;
    const isSame = resultsOfFunction(mapping).some(
      (each) => parameterMeant(tsInstance, variables, mapping, each) === 0,
    );
    const same = isSame ? at(node, yield* members(callee.expression)) : none;
    return union(same, reached(yield* ofResults(mapping, []), "inside", node));
  }

  /** What a function of this file gives, called with these arguments. */
  function* ofResults(fn: FunctionNode, given: readonly ts.Expression[]): Finding {
    let found = none;
    for (const result of resultsOfFunction(fn)) {
      // What the function itself acquires it has released.
      const kept = (yield* of(result)).filter(({ held }) => !contains(fn, held.scope));
      found = union(found, kept);
    }
    for (const { index, as } of parametersReached(fn)) {
      const argument = given[index];
      if (argument === undefined) continue;
      const origins = yield* of(argument);
      found = union(found, as === "itself" ? origins : reached(origins, as));
    }
    return found;
  }

  function resultsOfFunction(fn: FunctionNode): readonly ts.Expression[] {
    const known = results.get(fn);
    if (known !== undefined) return known;
    const found = resultsOf(tsInstance, fn);
    results.set(fn, found);
    return found;
  }

  function* ofPassedThrough(parts: readonly PassedThrough[], node: ts.Node): Finding {
    let found = none;
    for (const { part, as } of parts) {
      if (as === "members") found = union(found, at(node, yield* members(part)));
      else if (as === "same") found = union(found, yield* of(part));
      else found = union(found, reached(yield* of(part), as, node));
    }
    return found;
  }

  /** `new Repository(handle)`, where the text of the class shows that it keeps the handle. */
  function* ofNew(node: ts.NewExpression): Finding {
    // A class that is declared in the scope of a handle, and uses it.
    const ofClass = at(node, yield* of(node.expression));
    const args = node.arguments ?? [];
    const given = yield* ofAll(args);
    if (given.length === 0) return ofClass;
    const { text } = node.expression as ts.Identifier;
    if (text === "URL")
      return at(node, union(yield* ofPath(args[0]!), args[1] ? yield* ofPath(args[1]) : none), "path");
    if (isLazy(checker, node)) return at(node, given, "lazy");
    const wrapped = yield* ofGiven(node, given);
    if (wrapped.length > 0) return union(wrapped, ofClass);
    let found = union(yield* ofPassedThrough(valuesKeptByNew(tsInstance, node), node), ofClass);
    for (const index of keptParameters(tsInstance, checker, node)) {
      const kept = args[index];
      if (kept !== undefined) found = union(found, reached(yield* of(kept), "inside", node));
    }
    return found;
  }

  /** The handles that a function or a class uses, as far as they outlive it. */
  function* lookInto(fn: ts.Node): Finding {
    let found = none;
    if (!all.some(({ scope }) => contains(scope, fn))) return found;
    for (const mention of candidates().mentionsIn(fn)) {
      if (tsInstance.isClassLike(fn) && !isLater(tsInstance, fn, mention)) continue;
      const declaration = variables.symbolOf(mention)?.declarations?.[0];
      if (declaration === undefined || declaration.getSourceFile() !== mention.getSourceFile()) continue;
      if (contains(fn, declaration)) continue;
      // `weak.deref()` of a WeakRef and the like is no origin, nor is anything else that is computed.
      const used = yield valueOf(mention);
      const around = used.filter(({ held }) => contains(held.scope, fn));
      found = union(found, at(fn, around, "closure"));
    }
    return found;
  }
}

/** What follows a path or an address where the whole is one as well. */
const isPathEnd = /^[/\\?#]/;

function isGenerator(fn: FunctionNode): boolean {
  return "asteriskToken" in fn && fn.asteriskToken !== undefined;
}
