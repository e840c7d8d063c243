import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Fix } from "../diagnostics/finding";
import { acquireResource } from "../fixes/acquire-resource";
import type { Allocation } from "../flow/allocations";
import { functionMeant, resultsOf } from "../flow/called";
import { leftOpenAt } from "../flow/left-open";
import { isLost, isNewStack } from "../flow/lost";
import { packageFunction } from "../flow/package-functions";
import { isFunctionNode } from "../syntax/function-node";
import { isMove } from "../syntax/member-names";
import { functionOf, shortText } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { acquireHelp } from "./helpers/acquire-help";
import { placesLeft, whereLeft } from "./helpers/left-open";
import type { TypedFile, TypeRule } from "./rule";

/** A resource that is made and dropped, and a stack that nobody closes. */
export const forgotten: TypeRule = {
  reports: ["forgotten"],
  check(file) {
    const { flow } = file;
    const moves = new Set<ts.Node>(flow.moves.map((each) => each.node));
    for (const each of flow.allocations()) {
      const { creation, constant } = each;
      // raii() gives a handle, whatever that is.
      if (flow.heldAt.has(creation)) continue;
      if (isProgramStep(file, creation)) {
        if (constant === undefined || !isMentioned(file, constant)) reportStep(file, creation);
      } else if (constant !== undefined && isNewStack(file.tsInstance, creation)) checkStack(file, each);
      else if (flow.types.isResource(each.type)) checkResource(file, each, moves.has(creation));
    }
  },
};

function checkResource(
  file: TypedFile,
  { expression, creation, type, constant }: Allocation,
  isMarked: boolean,
): void {
  const { flow, sourceFile } = file;
  const isMoved = isMarked || isMovingMethod(file, creation);
  if (constant === undefined ? !isMoved && mayReturnArgument(file, creation) : isMentioned(file, constant))
    return;
  const isAsync = expression !== creation || flow.types.kindsOf(type).has("async");
  const fix = file.withoutRaii ? undefined : acquireResource(file, creation, isAsync);
  const args = [
    `"${shortText(sourceFile, expression)}"`,
    `is never acquired: ${isMoved ? "nothing releases what was moved" : "so far nothing is opened"}`,
  ];
  const help = acquireHelp(file, expression, isAsync);
  file.report({ key: "forgotten", node: expression, args, help, ...(fix && { fix }) });
}

/** `new ExitStack()` that nobody closes, on no way or on one way out of its block. */
function checkStack(file: TypedFile, allocation: Allocation): void {
  const { tsInstance, sourceFile } = file;
  const { expression } = allocation;
  // What a module keeps may be there for as long as the process.
  if (tsInstance.isSourceFile(functionOf(tsInstance, expression))) return;
  const leaving = isLost(file, allocation) ? "nowhere" : leftOpenAt(file, allocation);
  if (leaving === undefined) return;
  const isNever = leaving === "nowhere";
  const why = isNever ? "nobody closes: what it holds stays" : `${whereLeft(file, leaving)} leaves open`;
  file.report({
    key: "forgotten",
    node: expression,
    args: [`"${shortText(sourceFile, expression)}"`, why],
    related: isNever ? [] : placesLeft(file, leaving),
  });
}

/** A call of `acquire` or `acquireAsync`: what it gives is for `yield*`. */
function isProgramStep(file: TypedFile, creation: ts.Expression): boolean {
  if (!file.tsInstance.isCallExpression(creation)) return false;
  return /^acquire(?:Async)?$/.test(packageFunction(file, creation.expression) ?? "");
}

function reportStep(file: TypedFile, creation: ts.Expression): void {
  const { tsInstance, sourceFile } = file;
  const fn = functionOf(tsInstance, creation);
  const canYield = isFunctionNode(tsInstance, fn) && kindOf(tsInstance, fn).isGenerator;
  const start = creation.getStart(sourceFile);
  const edits = [{ start, length: 0, text: "yield* " }];
  const isStatement = tsInstance.isExpressionStatement(creation.parent);
  const fix: Fix | undefined =
    canYield && isStatement ? { id: "insert-yield", title: "Write yield* before it", edits } : undefined;
  file.report({
    key: "forgotten",
    node: creation,
    args: [`"${shortText(sourceFile, creation)}"`, "is never acquired: without yield* nothing happens"],
    ...(fix && { fix }),
  });
}

/** `stack.popAll()`, `handle.move()`: what held it holds nothing any more. */
function isMovingMethod(
  { tsInstance }: TypedFile,
  { expression }: { readonly expression: ts.Expression },
): boolean {
  return tsInstance.isPropertyAccessExpression(expression) && isMove(expression.name.text);
}

/** Whether a call may give back what it was given: a method of a resource, or a function over one. */
function mayReturnArgument(file: TypedFile, creation: ts.CallExpression | ts.NewExpression): boolean {
  const { tsInstance, checker, flow } = file;
  if (tsInstance.isNewExpression(creation)) return false;
  // What ours give is always another.
  if (packageFunction(file, creation.expression) !== undefined) return false;
  const called = functionMeant(tsInstance, flow.variables, creation.expression);
  const results = called === undefined ? [] : resultsOf(tsInstance, called);
  const isMade = (each: ts.Expression): boolean => {
    const node = skipOuterExpressions(tsInstance, each);
    return tsInstance.isCallExpression(node) && packageFunction(file, node.expression) !== undefined;
  };
  if (results.length > 0 && results.every(isMade)) return false;
  const given = [...creation.arguments];
  if (tsInstance.isPropertyAccessExpression(creation.expression)) given.push(creation.expression.expression);
  return given.some((each) => {
    const type = checker.getTypeAtLocation(each);
    return flow.types.isResource(type) || checker.isArrayType(type);
  });
}

function isMentioned({ flow: { variables } }: TypedFile, constant: ts.Identifier): boolean {
  const symbol = variables.symbolOf(constant);
  return symbol === undefined || variables.referencesTo(symbol).length > 0;
}
