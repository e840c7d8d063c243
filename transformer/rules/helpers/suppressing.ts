import type ts from "typescript";
import type { Flow } from "../../flow/flow";
import { packageFunction } from "../../flow/package-functions";
import { walkCode } from "../../syntax/nodes";
import { skipOuterExpressions } from "../../syntax/skip-outer-expressions";
import type { TypedFile } from "../rule";

/** Longer ways from the acquisition to where the resource is made are not followed. */
const maximalDepth = 6;

/**
 * Whether an expression makes a resource that may suppress, as its type says, or as its text shows: the release handed to
 * `resource()` calls `exit.suppress()`, or the body of a `contextManager()` catches at its `yield` and does not throw on.
 */
export function isSuppressing(file: TypedFile, expression: ts.Expression, depth = 0): boolean {
  if (depth > 0) return decide(file, expression, depth);
  let known = decided.get(file.flow);
  if (known === undefined) decided.set(file.flow, (known = new Map<ts.Expression, boolean>()));
  const before = known.get(expression);
  if (before !== undefined) return before;
  const is = decide(file, expression, 0);
  known.set(expression, is);
  return is;
}

/** Several rules ask the same of an acquisition. */
const decided = new WeakMap<Flow, Map<ts.Expression, boolean>>();

function decide(file: TypedFile, expression: ts.Expression, depth: number): boolean {
  const { tsInstance } = file;
  if (depth > maximalDepth) return false;
  const node = skipOuterExpressions(tsInstance, expression);
  if (saysSo(file, node)) return true;
  if (tsInstance.isAwaitExpression(node)) return isSuppressing(file, node.expression, depth);
  if (tsInstance.isConditionalExpression(node))
    return isSuppressing(file, node.whenTrue, depth + 1) || isSuppressing(file, node.whenFalse, depth + 1);
  if (tsInstance.isBinaryExpression(node))
    return isSuppressing(file, node.left, depth + 1) || isSuppressing(file, node.right, depth + 1);
  if (tsInstance.isIdentifier(node) || tsInstance.isPropertyAccessExpression(node)) {
    const made = madeBy(file, node);
    return made !== undefined && tsInstance.isExpression(made) && isSuppressing(file, made, depth + 1);
  }
  if (!tsInstance.isCallExpression(node)) return false;
  const callee = skipOuterExpressions(tsInstance, node.expression);
  const name = importedName(file, callee);
  const [first, second] = node.arguments;
  if (name === "resource" || name === "onExit") {
    if (suppressesByFunction(file, second, name === "resource" ? 1 : 0)) return true;
    if (name === "resource") return false;
  }
  if (name === "defer") return suppressesByFunction(file, first, 0);
  // To find the import costs the way up to it, so it is asked of few.
  if (name !== undefined && isCombining(name) && packageFunction(file, callee) !== undefined)
    return partsOf(file, first).some((each) => isSuppressing(file, each, depth + 1));
  if (!tsInstance.isIdentifier(callee) && !tsInstance.isPropertyAccessExpression(callee)) return false;
  const made = madeBy(file, callee);
  if (made === undefined) return false;
  // const quietly = contextManager(function* () { … })
  if (tsInstance.isCallExpression(made) && importedName(file, made.expression) === "contextManager") {
    const body = functionOf(file, made.arguments[0]);
    return body !== undefined && swallows(file, body);
  }
  const result = resultOf(file, made);
  return result !== undefined && isSuppressing(file, result, depth + 1);
}

/** Whether the type of a resource says that it may suppress. */
function saysSo({ checker, flow }: TypedFile, expression: ts.Expression): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
  return flow.types.suppresses(checker.getAwaitedType(type) ?? type);
}

/** Whether a function of the runtime makes a resource of those that it is given first. */
function isCombining(name: string): boolean {
  return /^(?:all|flatMap|map|onExit|race|reentrant|retry|reusable|singleUse|tap|withTimeout)$/.test(name);
}

/** `a` and `b` of `[a, b]` and `{ x: a, y: b }`; or the expression itself. */
function partsOf({ tsInstance }: TypedFile, given: ts.Expression | undefined): readonly ts.Expression[] {
  if (given === undefined) return [];
  const node = skipOuterExpressions(tsInstance, given);
  if (tsInstance.isArrayLiteralExpression(node)) return node.elements;
  if (!tsInstance.isObjectLiteralExpression(node)) return [node];
  return node.properties.flatMap((each) => {
    if (tsInstance.isShorthandPropertyAssignment(each)) return each.name;
    return tsInstance.isPropertyAssignment(each) ? each.initializer : [];
  });
}

/** Whether a function that is told how the scope ended suppresses. @param index of the parameter that tells it. */
export function suppressesByFunction(
  file: TypedFile,
  given: ts.Expression | undefined,
  index: number,
): boolean {
  const fn = functionOf(file, given);
  return fn !== undefined && suppresses(file, fn, index);
}

/** What a function of the runtime is called there, wherever it has been imported from and under whatever name. */
function importedName({ tsInstance, checker }: TypedFile, callee: ts.Expression): string | undefined {
  const name = tsInstance.isPropertyAccessExpression(callee) ? callee.name : callee;
  let symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return undefined;
  if (symbol.flags & tsInstance.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return /^(?:resource|contextManager|defer)$/.test(symbol.name) || isCombining(symbol.name)
    ? symbol.name
    : undefined;
}

/** The initializer of a constant or the declaration of a function, also of another file. */
function madeBy({ tsInstance, checker }: TypedFile, reference: ts.Expression): ts.Node | undefined {
  const name = tsInstance.isPropertyAccessExpression(reference) ? reference.name : reference;
  let symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return undefined;
  if (symbol.flags & tsInstance.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return undefined;
  if (tsInstance.isPropertyAssignment(declaration))
    return skipOuterExpressions(tsInstance, declaration.initializer);
  if (tsInstance.isPropertyDeclaration(declaration) && declaration.initializer !== undefined)
    return skipOuterExpressions(tsInstance, declaration.initializer);
  if (!tsInstance.isVariableDeclaration(declaration)) return declaration;
  const isConstant = (declaration.parent.flags & tsInstance.NodeFlags.Const) !== 0;
  return isConstant && declaration.initializer !== undefined
    ? skipOuterExpressions(tsInstance, declaration.initializer)
    : undefined;
}

/** The one expression that a function returns. */
function resultOf({ tsInstance }: TypedFile, fn: ts.Node): ts.Expression | undefined {
  const isKnown =
    tsInstance.isFunctionDeclaration(fn) ||
    tsInstance.isArrowFunction(fn) ||
    tsInstance.isFunctionExpression(fn) ||
    tsInstance.isMethodDeclaration(fn);
  if (!isKnown || fn.body === undefined) return undefined;
  if (!tsInstance.isBlock(fn.body)) return fn.body;
  const last = fn.body.statements.at(-1);
  return last && tsInstance.isReturnStatement(last) ? last.expression : undefined;
}

function functionOf(
  file: TypedFile,
  value: ts.Expression | undefined,
): ts.FunctionLikeDeclaration | undefined {
  const { tsInstance } = file;
  if (value === undefined) return undefined;
  const node = skipOuterExpressions(tsInstance, value);
  const found = tsInstance.isIdentifier(node) ? madeBy(file, node) : node;
  const isFunction =
    found !== undefined &&
    (tsInstance.isFunctionDeclaration(found) ||
      tsInstance.isArrowFunction(found) ||
      tsInstance.isFunctionExpression(found));
  return isFunction ? found : undefined;
}

/** Whether a release calls `suppress` on how the scope ended. */
function suppresses(
  { tsInstance }: TypedFile,
  { parameters, body }: ts.FunctionLikeDeclaration,
  index: number,
): boolean {
  const exit = parameters[index]?.name;
  let calls = false;
  if (exit === undefined || body === undefined) return false;
  walkCode(tsInstance, body, (node) => {
    if (!tsInstance.isCallExpression(node) || !tsInstance.isPropertyAccessExpression(node.expression)) return;
    const { expression, name } = node.expression;
    calls ||= name.text === "suppress" && tsInstance.isIdentifier(exit) && expression.getText() === exit.text;
  });
  // The body itself may be the call: (handle, exit) => exit.suppress()
  if (tsInstance.isCallExpression(body) && tsInstance.isIdentifier(exit))
    calls ||= body.expression.getText() === `${exit.text}.suppress`;
  return calls;
}

/** Whether the body of a context manager can end after an error at its `yield`. */
function swallows({ tsInstance }: TypedFile, { body }: ts.FunctionLikeDeclaration): boolean {
  let found = false;
  if (body === undefined) return false;
  walkCode(tsInstance, body, (node) => {
    if (tsInstance.isFunctionLike(node)) return false;
    if (tsInstance.isTryStatement(node) && node.catchClause !== undefined)
      found ||= has(node.tryBlock, "yield") && !has(node.catchClause.block, "throw");
    return true;
  });
  return found;

  function has(block: ts.Node, what: "yield" | "throw"): boolean {
    let is = false;
    walkCode(tsInstance, block, (node) => {
      if (tsInstance.isFunctionLike(node)) return false;
      is ||= what === "yield" ? tsInstance.isYieldExpression(node) : tsInstance.isThrowStatement(node);
      return true;
    });
    return is;
  }
}
