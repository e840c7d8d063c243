import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import { valuesWrittenTo } from "../flow/container-writes";
import { within } from "../flow/file-nodes";
import type { Held } from "../flow/held";
import { suspendsAfter } from "../flow/later";
import { lifetimeOf } from "../flow/lifetimes";
import { isUnused } from "../flow/unused";
import { isFlushing, mentionsEnd } from "../syntax/member-names";
import { contains, functionOf } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { reportOutlives } from "./helpers/report-outlives";
import type { TypedFile, TypeRule } from "./rule";

/** A promise whose work uses a handle is returned, or left to itself, and nobody awaits it before the handle is released. */
export const escapeByPromise: TypeRule = {
  reports: ["escape-by-promise"],
  check(file) {
    const { tsInstance, flow } = file;
    if (flow.held.length === 0) return;
    for (const fn of flow.acquiring)
      if (tsInstance.isArrowFunction(fn) && !tsInstance.isBlock(fn.body))
        checkExpression(file, fn.body, "returned");
    for (const exit of flow.nodes().exits)
      if (tsInstance.isReturnStatement(exit) && exit.expression !== undefined)
        checkExpression(file, exit.expression, "returned");
    for (const assignment of flow.nodes().assignments)
      checkKept(file, assignment, assignment.left, assignment.right);
    for (const declaration of flow.nodes().declarations) {
      const { name, initializer } = declaration;
      if (initializer !== undefined && tsInstance.isIdentifier(name))
        checkUnused(file, declaration, name, initializer);
    }
    const puts: Puts = new Map();
    for (const call of flow.nodes().calls) {
      const { expression: callee } = call;
      if (!tsInstance.isPropertyAccessExpression(callee)) continue;
      for (const value of valuesWrittenTo(tsInstance, callee.expression))
        checkKept(file, call, callee.expression, value, puts);
    }
    for (const statement of flow.nodes().statements) {
      // By `void` one says that nobody waits, not that the handle is gone then.
      const { expression } = statement;
      const left = tsInstance.isVoidExpression(expression) ? expression.expression : expression;
      checkExpression(file, left, "left");
      checkGiven(file, left);
    }
    for (const part of flow.nodes().parts) checkExpression(file, part, "left");
    for (const { expression } of flow.nodes().awaits) checkAwaited(file, expression);
  },
};

/** Of a container that is only put into, whether nobody takes what is in it. */
type Puts = Map<ts.Symbol, boolean>;

/** `this.pending = handle.read()`, `all.push(handle.read())`, where what it is kept in outlives the handle, or is not looked at. */
function checkKept(
  file: TypedFile,
  node: ts.BinaryExpression | ts.CallExpression,
  target: ts.Expression,
  value: ts.Expression,
  puts?: Puts,
): void {
  const { tsInstance, flow } = file;
  if (tsInstance.isIdentifier(target) && puts === undefined) checkUnused(file, node, target, value);
  const fn = functionOf(tsInstance, node);
  for (const { held, at } of flow.promises.of(value)) {
    if (held.fn !== fn || tsInstance.isSourceFile(fn) || !contains(held.scope, node)) continue;
    const lifetime = lifetimeOf(tsInstance, flow.variables, held, target);
    if (lifetime === "unknown") continue;
    if (lifetime === "inside" || (lifetime === "function" && puts !== undefined)) {
      if (puts !== undefined && isNeverTaken(file, target, puts) && !isEndAwaited(file, held, node))
        reportOutlives(file, held, at, kindOf(tsInstance, fn).isAsync);
      if (lifetime === "inside") continue;
    }
    if (suspendsAfter(tsInstance, held.scope, node)) continue;
    reportOutlives(file, held, at, kindOf(tsInstance, fn).isAsync);
  }
}

function isNeverTaken({ tsInstance, flow }: TypedFile, container: ts.Expression, puts: Puts): boolean {
  const symbol = tsInstance.isIdentifier(container) ? flow.variables.symbolOf(container) : undefined;
  if (symbol === undefined) return false;
  const isOne = puts.get(symbol) ?? isUnused(tsInstance, flow.variables, symbol, undefined);
  puts.set(symbol, isOne);
  return isOne;
}

/** `const pending = handle.read();`, `previous = handle.write(each);`, and nothing that comes after looks at it. */
function checkUnused(file: TypedFile, write: ts.Node, name: ts.Identifier, value: ts.Expression): void {
  const { tsInstance, flow } = file;
  const fn = functionOf(tsInstance, write);
  for (const { held, at } of flow.promises.of(value)) {
    if (held.fn !== fn || tsInstance.isSourceFile(fn) || !contains(held.scope, write)) continue;
    const symbol = flow.variables.symbolOf(name);
    if (symbol === undefined || !isUnused(tsInstance, flow.variables, symbol, write)) return;
    if (!isEndAwaited(file, held, write)) reportOutlives(file, held, at, kindOf(tsInstance, fn).isAsync);
  }
}

/** `console.log(handle.read());`: what takes anything takes the promise for a value, and awaits nothing. */
function checkGiven(file: TypedFile, statement: ts.Expression): void {
  const { tsInstance, flow } = file;
  let node = skipOuterExpressions(tsInstance, statement);
  if (!flow.promises.mayBeOne(node) || flow.types.isPromise(flow.types.typeOf(node))) return;
  while (tsInstance.isCallExpression(node) || tsInstance.isPropertyAccessExpression(node)) {
    if (tsInstance.isCallExpression(node))
      for (const [index, argument] of node.arguments.entries()) {
        const isCall = tsInstance.isCallExpression(skipOuterExpressions(tsInstance, argument));
        if (isCall && takesAnything(file, node, index)) checkExpression(file, argument, "left");
      }
    node = node.expression;
  }
}

/** Whether a parameter of what is called is declared to be `any` or `unknown`. */
function takesAnything({ tsInstance, checker }: TypedFile, call: ts.CallExpression, index: number): boolean {
  const parameters = checker.getResolvedSignature(call)?.declaration?.parameters ?? [];
  const parameter = parameters[Math.min(index, parameters.length - 1)];
  if (parameter === undefined || !tsInstance.isParameter(parameter) || parameter.type === undefined)
    return false;
  const { type } = parameter;
  const declared = parameter.dotDotDotToken && tsInstance.isArrayTypeNode(type) ? type.elementType : type;
  const { AnyKeyword, UnknownKeyword } = tsInstance.SyntaxKind;
  return declared.kind === AnyKeyword || declared.kind === UnknownKeyword;
}

/** `await list.map(…)` awaits the list and none of its promises. */
function checkAwaited(file: TypedFile, expression: ts.Expression): void {
  const { tsInstance, flow } = file;
  const node = skipOuterExpressions(tsInstance, expression);
  const isMade = tsInstance.isCallExpression(node) || tsInstance.isArrayLiteralExpression(node);
  if (!isMade || !flow.promises.mayBeOne(node)) return;
  if (flow.promises.isList(node) || flow.promises.startsEach(node)) checkExpression(file, node, "left");
}

function checkExpression(file: TypedFile, expression: ts.Expression, how: "returned" | "left"): void {
  const { tsInstance, flow } = file;
  const found = flow.promises.of(expression);
  if (found.length === 0) return;
  const fn = functionOf(tsInstance, expression);
  for (const { held, at } of found) {
    if (tsInstance.isSourceFile(fn) || held.fn !== fn || !contains(held.scope, expression)) continue;
    const { isAsync, isGenerator } = kindOf(tsInstance, fn);
    if (how === "returned" && isAsync && isGenerator) continue; // an async generator awaits what it returns
    if (how === "left" && isEndAwaited(file, held, expression)) continue;
    reportOutlives(file, held, at, isAsync);
  }
}

/**
 * Whether the scope awaits, later, what ends or empties the handle or another object that has been given the work:
 * `writer.write(chunk); await writer.close();`, `queue.add(() => handle.read()); await queue.onIdle();`
 */
function isEndAwaited({ tsInstance, flow }: TypedFile, held: Held, work: ts.Node): boolean {
  const receiver = receiverOf(tsInstance, work);
  const other = receiver && flow.variables.symbolOf(receiver);
  return within(flow.nodes().awaits, held.scope).some((each) => {
    if (each.pos < work.end) return false;
    let node = skipOuterExpressions(tsInstance, each.expression);
    if (tsInstance.isCallExpression(node)) node = skipOuterExpressions(tsInstance, node.expression);
    if (!tsInstance.isPropertyAccessExpression(node)) return false;
    const { expression: object, name } = node;
    const origins = flow.origins.of(object);
    if (origins.length > 0)
      return (
        (mentionsEnd(name.text) || isFlushing(name.text)) && origins.some((origin) => origin.held === held)
      );
    return (
      other !== undefined && tsInstance.isIdentifier(object) && flow.variables.symbolOf(object) === other
    );
  });
}

/** The object at the root of the chain of calls that does the work. */
function receiverOf(tsInstance: typeof ts, work: ts.Node): ts.Identifier | undefined {
  let node: ts.Node = work;
  if (tsInstance.isVariableDeclaration(node) && node.initializer) node = node.initializer;
  if (tsInstance.isBinaryExpression(node)) node = node.right;
  while (tsInstance.isCallExpression(node) || tsInstance.isPropertyAccessExpression(node))
    node = node.expression;
  return tsInstance.isIdentifier(node) ? node : undefined;
}
