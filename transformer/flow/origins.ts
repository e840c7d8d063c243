import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { isDerivedMember, isDeriving, isPathMaking, isPlace, isTemporary } from "../syntax/member-names";
import { contains, plainName } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { functionMeant, parameterMeant, resultsOf } from "./called";
import type { CandidateNames } from "./candidate-names";
import { valuesWrittenTo } from "./container-writes";
import { type Definition, isJoin } from "./definitions";
import { propertyOf } from "./destructuring";
import { createFixpoint } from "./fixpoint";
import type { Held } from "./held";
import { keptParameters } from "./kept-parameters";
import { type PassedThrough, valuesKeptByCall, valuesKeptByNew } from "./known-calls";
import { isLater } from "./later-part";
import { isLazy, isStack } from "./lazy-or-stack";
import { namesIn } from "./locks";
import { at, type Finding, type Found, none, type Origin, queries, reached, union } from "./origin";
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
          const isPath = tsInstance.isStringLiteralLike(node.right) && node.right.text.startsWith("/");
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
      for (const property of node.properties) found = union(found, yield* ofProperty(property));
      return found;
    }
    if (tsInstance.isTemplateExpression(node)) {
      const [span] = node.templateSpans;
      const isPath = node.head.text === "" && span !== undefined && span.literal.text.startsWith("/");
      return isPath ? at(node, yield* ofPath(span.expression), "path") : none;
    }
    if (isFunctionNode(tsInstance, node) || tsInstance.isClassExpression(node)) return yield captured(node);
    if (tsInstance.isCallExpression(node)) return yield* ofCall(node);
    if (tsInstance.isNewExpression(node)) return yield* ofNew(node);
    if (tsInstance.isPropertyAccessExpression(node)) return yield* ofMember(node);
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
    if (!isJoin(definition)) return definition.value === undefined ? none : yield* of(definition.value);
    let found = none;
    for (const input of definition.inputs) found = union(found, yield definedBy(input));
    return found;
  }

  /** What a value holds, and is not itself. An iterator is read to its end by who takes its members. */
  function* members(expression: ts.Expression): Finding {
    return (yield* of(expression)).filter(({ via }) => via !== "itself" && via !== "lazy");
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

  function* ofProperty(property: ts.ObjectLiteralElementLike): Finding {
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
      if (givesThis(node)) return at(node, ofOwner);
      if (isLazy(checker, node)) return at(node, ofOwner, "lazy");
      if (isDeriving(callee.name.text) && isThing(node)) {
        const owners = ofOwner.filter(({ via }) => via === "itself" || via === "derived");
        return at(node, owners, "derived");
      }
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
      const argument = given[parameterMeant(tsInstance, variables, fn, result)];
      const origins = yield* of(argument ?? result);
      // What the function itself acquires it has released.
      const kept = argument === undefined ? origins.filter(({ held }) => !contains(fn, held.scope)) : origins;
      found = union(found, kept);
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

  /** A method that gives back its own object: its type says `this`. */
  function givesThis(node: ts.CallExpression): boolean {
    const type = checker.getResolvedSignature(node)?.declaration?.type;
    return type?.kind === SyntaxKind.ThisType;
  }

  /** `new Repository(handle)`, where the text of the class shows that it keeps the handle. */
  function* ofNew(node: ts.NewExpression): Finding {
    // A class that is declared in the scope of a handle, and uses it.
    const ofClass = at(node, yield* of(node.expression));
    const args = node.arguments ?? [];
    if ((yield* ofAll(args)).length === 0) return ofClass;
    let found = union(yield* ofPassedThrough(valuesKeptByNew(tsInstance, node), node), ofClass);
    for (const index of keptParameters(tsInstance, checker, node)) {
      const kept = args[index];
      if (kept !== undefined) found = union(found, reached(yield* of(kept), "inside", node));
    }
    return found;
  }

  /** A property of an object whose making is in sight. */
  function* ofMember(node: ts.PropertyAccessExpression): Finding {
    const object = skip(node.expression);
    const value = (tsInstance.isIdentifier(object) ? variables.valueAt(object) : undefined) ?? object;
    const literal = skip(value);
    if (!tsInstance.isObjectLiteralExpression(literal)) {
      const origins = (yield* of(node.expression)).filter(({ via }) => via === "itself");
      if (origins.length === 0) return none;
      if (isLazy(checker, node)) return at(node, origins, "lazy");
      const { text } = node.name;
      if (isDerivedMember(text) && isThing(node)) return at(node, origins, "derived");
      if (!isPlace(text) || !isText(node)) return none;
      const temporary = origins.filter(
        ({ held }) => held.resource && namesIn(tsInstance, held.resource).some(isTemporary),
      );
      return at(node, temporary, "path");
    }
    const property = propertyOf(tsInstance, literal, node.name.text);
    return property === undefined ? none : at(node, yield* of(property));
  }

  /** Whether an expression gives an object with methods, once it has been awaited: no copy of data. */
  function isThing(expression: ts.Expression): boolean {
    const given = checker.getTypeAtLocation(expression);
    const type = checker.getNonNullableType(checker.getAwaitedType(given) ?? given);
    if ((type.flags & (tsInstance.TypeFlags.Object | tsInstance.TypeFlags.Intersection)) === 0) return false;
    return (
      !checker.isArrayType(type) &&
      checker.getPropertiesOfType(type).some(({ flags }) => flags & tsInstance.SymbolFlags.Method)
    );
  }

  function isText(expression: ts.Expression): boolean {
    return (checker.getTypeAtLocation(expression).flags & tsInstance.TypeFlags.StringLike) !== 0;
  }

  /** A handle that is a path, as a part of another. */
  function* ofPath(part: ts.Expression): Finding {
    if (!isText(part)) return none;
    return (yield* of(part)).filter(({ via }) => via === "itself" || via === "path");
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

function isGenerator(fn: FunctionNode): boolean {
  return "asteriskToken" in fn && fn.asteriskToken !== undefined;
}
