import type ts from "typescript";
import { within } from "../flow/file-nodes";
import type { Held } from "../flow/held";
import { isLock, namesIn } from "../flow/locks";
import type { FunctionNode } from "../syntax/function-node";
import { isExclusive, isNesting, isSavepoint, isTransactionName } from "../syntax/member-names";
import { contains, functionOf, plainName, shortText } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/**
 * Savepoints of one transaction that are open at the same time: `Promise.all(rows.map(async (row) => { … tx.savepoint() … }))`.
 * They are a stack on one connection, whoever made them.
 */
export const parallelSavepoints: TypeRule = {
  reports: ["parallel-savepoints"],
  check(file) {
    const { flow } = file;
    if (flow.held.length === 0) return;
    for (const call of [...flow.nodes().calls, ...flow.nodes().tagged]) {
      const held = openedBy(file, call);
      if (held === undefined) continue;
      if (runsInParallel(file, call, held) || hasTwin(file, call, held))
        file.report({
          key: "parallel-savepoints",
          node: call,
          args: [`"${shortText(call.getSourceFile(), call)}"`, held.name],
          related: relatedTo(file, held),
        });
    }
  },
};

/** The transaction of which a call opens a savepoint: by a method, by SQL, or by a transaction in it. */
function openedBy(file: TypedFile, call: ts.CallExpression | ts.TaggedTemplateExpression): Held | undefined {
  const { tsInstance, flow } = file;
  const isTagged = tsInstance.isTaggedTemplateExpression(call);
  const callee = skipOuterExpressions(tsInstance, isTagged ? call.tag : call.expression);
  const isMember = tsInstance.isPropertyAccessExpression(callee);
  const name = isMember ? callee.name.text : "";
  const isOpening = isSavepoint(name) || isNesting(name);
  const [first] = isTagged ? [call.template] : call.arguments;
  if (!isOpening && !(first !== undefined && isSavepointSql(tsInstance, first))) return undefined;
  const object = isMember ? callee.expression : callee;
  const [held] = flow.promises.ownersOf(object);
  if (held === undefined) return undefined;
  return !isNesting(name) || isTransaction(file, held) ? held : undefined;
}

/** `"savepoint a"`, and templates and concatenations that begin so. */
function isSavepointSql(tsInstance: typeof ts, expression: ts.Expression): boolean {
  let node = skipOuterExpressions(tsInstance, expression);
  while (tsInstance.isBinaryExpression(node)) node = node.left;
  const text = tsInstance.isStringLiteralLike(node)
    ? node.text
    : tsInstance.isTemplateExpression(node)
      ? node.head.text
      : "";
  return /^\s*savepoint\b/i.test(text);
}

/** Whether what is held is a transaction, by the words that acquire it or by its type. */
function isTransaction({ tsInstance, checker }: TypedFile, { resource, node }: Held): boolean {
  if (resource !== undefined && namesIn(tsInstance, resource).some(isTransactionName)) return true;
  const given = checker.getTypeAtLocation(node);
  return isTransactionName((checker.getAwaitedType(given) ?? given).getSymbol()?.name ?? "");
}

/** Whether a call stands in a function that runs several times at once, while the transaction is held around it. */
function runsInParallel(file: TypedFile, call: ts.Node, held: Held): boolean {
  const { tsInstance, flow, checker } = file;
  for (let fn = functionOf(tsInstance, call); fn !== held.fn; fn = functionOf(tsInstance, fn)) {
    if (tsInstance.isSourceFile(fn)) return false;
    const isAlone = flow.held.some(
      (each) =>
        each.fn === fn &&
        each.node.end <= call.pos &&
        contains(each.scope, call) &&
        isLock(tsInstance, checker, each),
    );
    if (isAlone) return false;
    const caller = callerOf(file, fn);
    if (caller === undefined) continue;
    if (takesTurns(file, caller)) return false;
    const name = tsInstance.isPropertyAccessExpression(caller.expression) ? caller.expression.name.text : "";
    const isMapping =
      /^(?:map|flatMap|forEach)$/.test(name) || plainName(tsInstance, caller.expression) === "pMap";
    if (isMapping && givesPromise(file, fn) && contains(held.scope, caller)) return true;
  }
  return false;
}

/** The call that a function is given to, as it stands there or by its name. */
function callerOf({ tsInstance, flow }: TypedFile, fn: FunctionNode): ts.CallExpression | undefined {
  const { parent } = fn;
  if (tsInstance.isCallExpression(parent)) return parent;
  const name = tsInstance.isFunctionDeclaration(fn)
    ? fn.name
    : tsInstance.isVariableDeclaration(parent) && tsInstance.isIdentifier(parent.name)
      ? parent.name
      : undefined;
  const symbol = name && flow.variables.symbolOf(name);
  const given = symbol && flow.variables.referencesTo(symbol).find((each) => isArgument(tsInstance, each));
  return given?.parent as ts.CallExpression | undefined;
}

function isArgument(tsInstance: typeof ts, node: ts.Expression): boolean {
  return tsInstance.isCallExpression(node.parent) && node.parent.arguments.includes(node);
}

function givesPromise({ checker, flow }: TypedFile, fn: FunctionNode): boolean {
  const signature = checker.getSignatureFromDeclaration(fn);
  return signature !== undefined && flow.types.isPromise(signature.getReturnType());
}

/** Whether a call runs what it is given one after the other: `mutex.runExclusive(…)`, `pMap(…, { concurrency: 1 })`, `pLimit(1)`. */
function takesTurns({ tsInstance, flow }: TypedFile, call: ts.CallExpression): boolean {
  const { expression: callee, arguments: given } = call;
  if (tsInstance.isPropertyAccessExpression(callee) && isExclusive(callee.name.text)) return true;
  if (
    given.some(
      (each) => /\bconcurrency: 1\b/.test(each.getText()) && tsInstance.isObjectLiteralExpression(each),
    )
  )
    return true;
  const object = tsInstance.isPropertyAccessExpression(callee) ? callee.expression : callee;
  const made = tsInstance.isIdentifier(object) ? flow.variables.valueAt(object) : undefined;
  return (
    made !== undefined && /\((?:1|\{[^}]*\b(?:concurrency|maxConcurrent): 1\b[^}]*\})\)$/.test(made.getText())
  );
}

/** `Promise.all([tx.transaction(first), tx.transaction(second)])`: whether another stands before it. */
function hasTwin(file: TypedFile, call: ts.Expression, held: Held): boolean {
  const { tsInstance, flow } = file;
  const list = call.parent;
  if (!tsInstance.isArrayLiteralExpression(list) || !tsInstance.isCallExpression(list.parent)) return false;
  if (!plainName(tsInstance, list.parent.expression).startsWith("Promise.")) return false;
  return within(flow.nodes().calls, list).some(
    (each) => each.parent === list && each.end <= call.pos && openedBy(file, each) === held,
  );
}
