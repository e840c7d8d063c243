import type ts from "typescript";
import { walkCode } from "../../syntax/nodes";
import { skipOuterExpressions } from "../../syntax/skip-outer-expressions";
import type { TypedFile } from "../rule";

/** Longer ways from the acquisition to where the resource is made are not followed. */
const maximalDepth = 6;

/**
 * Whether an expression makes a resource that suppresses, as its text shows: the release handed to `resource()` calls
 * `exit.suppress()`, or the body of a `contextManager()` catches at its `yield` and does not throw on.
 */
export function isSuppressing(file: TypedFile, expression: ts.Expression, depth = 0): boolean {
  const { tsInstance } = file;
  if (depth > maximalDepth) return false;
  const node = skipOuterExpressions(tsInstance, expression);
  if (tsInstance.isIdentifier(node) || tsInstance.isPropertyAccessExpression(node)) {
    const made = madeBy(file, node);
    return made !== undefined && tsInstance.isExpression(made) && isSuppressing(file, made, depth + 1);
  }
  if (!tsInstance.isCallExpression(node)) return false;
  const callee = skipOuterExpressions(tsInstance, node.expression);
  const name = importedName(file, callee);
  if (name === "resource") {
    const release = functionOf(file, node.arguments[1]);
    return release !== undefined && suppresses(file, release);
  }
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

/** What a function of the runtime is called there, wherever it has been imported from and under whatever name. */
function importedName({ tsInstance, checker }: TypedFile, callee: ts.Expression): string | undefined {
  const name = tsInstance.isPropertyAccessExpression(callee) ? callee.name : callee;
  let symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return undefined;
  if (symbol.flags & tsInstance.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol.name === "resource" || symbol.name === "contextManager" ? symbol.name : undefined;
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
function suppresses({ tsInstance }: TypedFile, { parameters, body }: ts.FunctionLikeDeclaration): boolean {
  const exit = parameters[1]?.name;
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
