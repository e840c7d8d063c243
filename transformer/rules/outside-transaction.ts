import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import { within } from "../flow/file-nodes";
import type { Held } from "../flow/held";
import { namesIn } from "../flow/locks";
import { isListening, isTimer } from "../syntax/callback-names";
import { isFunctionNode } from "../syntax/function-node";
import { endsTransaction, isSingleConnection, isTransactionName } from "../syntax/member-names";
import { contains, dominates, functionOf, plainName, shortText } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A statement is sent to the database or its pool, where a transaction that was begun on it is open. */
export const outsideTransaction: TypeRule = {
  reports: ["outside-transaction"],
  check(file) {
    const { tsInstance, flow } = file;
    for (const held of flow.held) {
      if (held.resource === undefined || tsInstance.isSourceFile(held.fn)) continue;
      const sources = sourcesOf(file, held, held.resource);
      if (sources.length === 0) continue;
      const handle = handleTypeOf(file, held);
      for (const call of within(flow.nodes().calls, held.scope))
        if (call.pos >= held.node.end) checkCall(file, held, handle, sources, call);
    }
  },
};

function handleTypeOf({ tsInstance, checker }: TypedFile, { node, isAsync, resource }: Held): ts.Type {
  const type = checker.getTypeAtLocation(tsInstance.isCallExpression(node) ? node : resource!);
  return isAsync ? (checker.getAwaitedType(type) ?? type) : type;
}

/** What a transaction was begun on, as it is written: `pool` of `transaction(pool)`, `prisma` of `prisma.$begin()`. */
function sourcesOf(file: TypedFile, held: Held, resource: ts.Expression): readonly string[] {
  const { tsInstance } = file;
  let node = skipOuterExpressions(tsInstance, resource);
  if (tsInstance.isAwaitExpression(node)) node = skipOuterExpressions(tsInstance, node.expression);
  if (
    !tsInstance.isCallExpression(node) ||
    ![...namesIn(tsInstance, node), held.name].some(isTransactionName)
  )
    return [];
  const { expression: callee, arguments: given } = node;
  const from = tsInstance.isPropertyAccessExpression(callee) ? [callee.expression, ...given] : given;
  return from.flatMap((each) => (isDatabase(file, held, each) ? plainText(each) : []));
}

/**
 * Whether an expression is something that has connections, and sends a statement over any of them. Over the one connection that
 * a transaction is open on, a statement is part of it.
 */
function isDatabase(file: TypedFile, held: Held, expression: ts.Expression): boolean {
  const { tsInstance, checker, flow } = file;
  const node = skipOuterExpressions(tsInstance, expression);
  let root: ts.Expression = node;
  while (tsInstance.isPropertyAccessExpression(root))
    root = skipOuterExpressions(tsInstance, root.expression);
  const isThis = root.kind === tsInstance.SyntaxKind.ThisKeyword;
  if (!isThis && !tsInstance.isIdentifier(root)) return false;
  if (tsInstance.isIdentifier(root)) {
    const symbol = flow.variables.symbolOf(root);
    if (symbol === undefined || flow.variables.writesTo(symbol).length > 1) return false;
    const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
    const isHere = declaration?.getSourceFile() === file.sourceFile;
    // What the function itself has acquired or made is one connection.
    if (isHere && contains(held.fn, declaration) && !tsInstance.isParameter(declaration)) return false;
  }
  const type = checker.getTypeAtLocation(node);
  if ((type.flags & tsInstance.TypeFlags.Object) === 0 && !type.isIntersection()) return false;
  const name = tsInstance.isPropertyAccessExpression(node) ? node.name.text : (node as ts.Identifier).text;
  return ![type.getSymbol()?.name ?? "", type.aliasSymbol?.name ?? "", name ?? ""].some(isSingleConnection);
}

function checkCall(
  file: TypedFile,
  held: Held,
  handle: ts.Type,
  sources: readonly string[],
  call: ts.CallExpression,
): void {
  const { tsInstance, sourceFile, flow } = file;
  if (!isOnWay(file, held, call) || flow.heldAt.has(call)) return;
  const source = statementOn(file, handle, sources, call) ?? handedTo(file, handle, sources, call);
  if (source === undefined || isOver(file, held, call)) return;
  const whole = wholeChain(tsInstance, call);
  if (!givesPromise(file, whole)) return;
  const name = held.name;
  const fix = useHandle(file, held, handle, source, call);
  file.report({
    key: "outside-transaction",
    node: whole,
    args: [`"${shortText(sourceFile, whole)}"`, name, `"${source.getText()}"`],
    related: relatedTo(file, held),
    ...(fix && { fix }),
  });
}

/** `pool` of `pool.query(…)`, `prisma` of `prisma.game.update(…)`, `knex` of `knex("table")`, where the handle has the same. */
function statementOn(
  { tsInstance, checker }: TypedFile,
  handle: ts.Type,
  sources: readonly string[],
  call: ts.CallExpression,
): ts.Expression | undefined {
  let member: string | undefined;
  let node = skipOuterExpressions(tsInstance, call.expression);
  for (;;) {
    if (sources.includes(plainText(node))) break;
    if (!tsInstance.isPropertyAccessExpression(node)) return undefined;
    member = node.name.text;
    if (isTransactionName(member) || endsTransaction(member)) return undefined;
    node = skipOuterExpressions(tsInstance, node.expression);
  }
  const has =
    member === undefined ? handle.getCallSignatures().length > 0 : checker.getPropertyOfType(handle, member);
  return has ? node : undefined;
}

/** `pool` of `work(pool, …)`, where the function would take the handle as well. */
function handedTo(
  { tsInstance, checker, flow }: TypedFile,
  handle: ts.Type,
  sources: readonly string[],
  call: ts.CallExpression,
): ts.Expression | undefined {
  const index = call.arguments.findIndex((each) => sources.includes(plainText(each)));
  if (index < 0 || namesIn(tsInstance, call).some(isTransactionName)) return undefined;
  const signature = checker.getResolvedSignature(call);
  const parameter = signature?.parameters[index];
  if (signature === undefined || parameter === undefined) return undefined;
  if (flow.types.mayBeResource(signature.getReturnType())) return undefined;
  const type = checker.getTypeOfSymbolAtLocation(parameter, call);
  const { Any, Unknown } = tsInstance.TypeFlags;
  if (type.flags & (Any | Unknown)) return undefined;
  return checker.isTypeAssignableTo(handle, type) ? call.arguments[index] : undefined;
}

/** Whether a call is made by the function itself, or by a function that a call there is given: no timer, no listener. */
function isOnWay({ tsInstance }: TypedFile, held: Held, call: ts.Node): boolean {
  let fn = functionOf(tsInstance, call);
  while (fn !== held.fn) {
    const { parent } = fn;
    if (!isFunctionNode(tsInstance, fn) || !tsInstance.isCallExpression(parent)) return false;
    const name = plainName(tsInstance, parent.expression);
    const { expression: callee } = parent;
    const member = tsInstance.isPropertyAccessExpression(callee) ? callee.name.text : "";
    if (isTimer(name) || isListening(member) || member === "catch") return false;
    fn = functionOf(tsInstance, parent);
  }
  // What is written when all has failed is not to be rolled back.
  for (let node = call; node !== held.scope && contains(held.scope, node); node = node.parent)
    if (tsInstance.isCatchClause(node)) return false;
  return true;
}

/** Whether the transaction has been ended by hand before. */
function isOver({ tsInstance, flow }: TypedFile, held: Held, call: ts.Node): boolean {
  return within(flow.nodes().calls, held.scope).some(
    ({ expression, end }) =>
      end <= call.pos &&
      tsInstance.isPropertyAccessExpression(expression) &&
      endsTransaction(expression.name.text) &&
      flow.origins.of(expression.expression).some((origin) => origin.held === held) &&
      dominates(tsInstance, expression, call),
  );
}

/** `knex("table").where(…).first()` of `knex("table")` */
function wholeChain(tsInstance: typeof ts, call: ts.CallExpression): ts.CallExpression {
  let whole = call;
  for (;;) {
    const { parent } = whole;
    const isMember = tsInstance.isPropertyAccessExpression(parent) && parent.expression === whole;
    if (!isMember || !tsInstance.isCallExpression(parent.parent)) return whole;
    whole = parent.parent;
  }
}

function givesPromise({ checker, flow }: TypedFile, call: ts.CallExpression): boolean {
  return flow.types.isPromise(checker.getTypeAtLocation(call));
}

/** Writes the handle instead, where it has the very same member. */
function useHandle(
  { tsInstance, checker, sourceFile }: TypedFile,
  held: Held,
  handle: ts.Type,
  source: ts.Expression,
  call: ts.CallExpression,
): Fix | undefined {
  const name = held.name.slice(1, -1);
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return undefined;
  const { parent } = source;
  const isMember = tsInstance.isPropertyAccessExpression(parent) && parent.expression === source;
  if (isMember) {
    const here = checker.getSymbolAtLocation(parent.name);
    const there = checker.getPropertyOfType(handle, parent.name.text);
    const declaration = there?.declarations?.[0];
    const isSame = declaration !== undefined && here?.declarations?.[0] === declaration;
    if (!isSame && !hasSameType(checker, here, there, call)) return undefined;
  } else if (parent === call && call.expression === source) return undefined;
  const start = source.getStart(sourceFile);
  const edits = [{ start, length: source.end - start, text: name }];
  return { id: "use-transaction", title: `Use ${held.name}`, edits };
}

function hasSameType(
  checker: ts.TypeChecker,
  first: ts.Symbol | undefined,
  second: ts.Symbol | undefined,
  place: ts.Node,
): boolean {
  if (first === undefined || second === undefined) return false;
  const [a, b] = [first, second].map((each) => checker.getTypeOfSymbolAtLocation(each, place));
  return checker.isTypeAssignableTo(b!, a!);
}

function plainText(expression: ts.Expression): string {
  return expression.getText().replace(/[\s!?]+/g, "");
}
