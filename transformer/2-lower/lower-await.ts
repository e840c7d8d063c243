import type ts from "typescript";
import { namesOfBindings } from "../syntax/declared-names";
import { forEachDescendant } from "../syntax/for-each-descendant";
import { noteAwait } from "./await-places";
import { createName } from "./create-name";
import { createAssignment, createConst, createDeclaration, createMethodCall } from "./create-nodes";
import { createRuntimeCall, createRuntimeObject } from "./create-runtime-calls";
import { createYield } from "./lower-acquisition";
import { type BodyContext, type LowerContext, visitExpression } from "./lower-context";
import { createFailing, lowerUsingIteration, visitLoopBody } from "./lower-scope";
import { lowerAssignmentTarget } from "./lower-super";
import { copyPosition, pointTo } from "./provenance";

// given:    await fetch(url)
// produces: (yield raii_1.wait(fetch(url)))
export function lowerAwait(lower: LowerContext, node: ts.AwaitExpression): ts.Expression {
  const value = visitExpression(lower, node.expression); // what waits in it waits first
  return createYield(lower, createRuntimeCall(lower, "wait", [value, ...noteAwait(lower, node)]), node, true);
}

// given:    await fetch(url)
// produces: await raii_1.suspended(fetch(url))          inline
export function lowerInlineAwait(lower: LowerContext, node: ts.AwaitExpression): ts.Expression {
  const value = visitExpression(lower, node.expression);
  return lower.factory.updateAwaitExpression(node, createRuntimeCall(lower, "suspended", [value]));
}

// given:    for await (const line of lines)
// produces: for await (const line of raii_1.iterated(lines))          inline
export function lowerIterated(
  lower: LowerContext,
  { plan, suspension }: BodyContext,
  { expression, pos, end }: ts.ForOfStatement,
): ts.Expression {
  const { factory } = lower;
  const iterable = visitExpression(lower, expression);
  // What is opened in it for the function is open when it goes on.
  const opensForFunction = [...plan.acquisitions].some(
    ([node, { owner }]) => owner === "function" && pos <= node.pos && node.end <= end,
  );
  const steps = suspension?.steps ?? (opensForFunction ? factory.createTrue() : undefined);
  return createRuntimeCall(lower, "iterated", steps === undefined ? [iterable] : [iterable, steps]);
}

// given:    for await (const line of lines) { print(line); }
// produces: {
//             const iteration_1 = new raii_1.AsyncIteration(lines);
//             try {
//               while (iteration_1.takes(yield raii_1.wait(iteration_1.next()))) {
//                 const line = iteration_1.value;
//                 { print(line); }
//               }
//             }
//             catch (error_1) { iteration_1.fail(error_1); }
//             finally { yield raii_1.leave(iteration_1); }
//           }
//
// @param label puts the labels of the statement back on the loop: a `continue` needs them there.
export function lowerForAwait(
  lower: LowerContext,
  body: BodyContext,
  node: ts.ForOfStatement,
  label: (loop: ts.Statement) => ts.Statement,
): ts.Block {
  const { factory } = lower;
  const iteration = createName(lower, "iteration");
  const asked = createMethodCall(lower, iteration, "next", []);
  // V8 asks for the next value where it is bound, and closes the iterator at the end here: by hand at the jump.
  const bound = boundIn(lower, node.initializer);
  const wait = createRuntimeCall(lower, "wait", [asked, ...noteAwait(lower, bound)]);
  const next = pointTo(lower, factory.createYieldExpression(undefined, wait), bound);
  const loop = factory.createWhileStatement(
    createMethodCall(lower, iteration, "takes", [next]),
    lowerIteration(lower, body, node, factory.createPropertyAccessExpression(iteration, "value")),
  );
  const { end } = node;
  const closing = end < 0 ? undefined : { pos: end - 1, end };
  const leaves = createRuntimeCall(lower, "leave", [iteration, ...noteAwait(lower, closing)]);
  const leave = factory.createYieldExpression(undefined, leaves);
  const attempt = factory.createTryStatement(
    factory.createBlock([label(loop)], true),
    createFailing(lower, iteration),
    factory.createBlock([factory.createExpressionStatement(leave)]),
  );
  return copyPosition(
    lower,
    factory.createBlock([...openIteration(lower, node, iteration), attempt], true),
    node,
  );
}

/** What the head of a loop binds a value to; of a property, its name. */
function boundIn({ tsInstance }: LowerContext, initializer: ts.ForInitializer): ts.Node {
  if (tsInstance.isVariableDeclarationList(initializer)) return initializer.declarations[0]!.name;
  return tsInstance.isPropertyAccessExpression(initializer) ? initializer.name : initializer;
}

// produces: const iteration_1 = new raii_1.AsyncIteration(lines);
//
// given:    for await (const line of read(line)) …
// produces: let iteration_1;
//           for (const { line } of [iteration_1 = new raii_1.AsyncIteration(read(line))]) break;
//
// What the head declares has no value where its iterable is evaluated: another head keeps it so. (A `let` behind a `break`
// would, too, but minifiers drop what is never reached.) It reads `line` of our own object, and forgets it.
function openIteration(
  lower: LowerContext,
  { initializer, expression }: ts.ForOfStatement,
  iteration: ts.Identifier,
): ts.Statement[] {
  const { factory, tsInstance } = lower;
  const created = createRuntimeObject(lower, "AsyncIteration", [visitExpression(lower, expression)]);
  const opened = pointTo(lower, created, expression);
  const unread = [...namesWithoutValue(lower, initializer, expression)];
  if (unread.length === 0) return [createConst(lower, iteration, opened)];
  const names = factory.createObjectBindingPattern(
    unread.map((name) => factory.createBindingElement(undefined, undefined, name)),
  );
  const { Const, Let } = tsInstance.NodeFlags;
  const head = factory.createVariableDeclarationList([factory.createVariableDeclaration(names)], Const);
  const iterated = factory.createArrayLiteralExpression([factory.createAssignment(iteration, opened)]);
  const guard = factory.createForOfStatement(undefined, head, iterated, factory.createBreakStatement());
  return [createDeclaration(lower, Let, [[iteration]]), guard];
}

/** What the head of a loop declares other than by `var`, and what it iterates mentions. */
function namesWithoutValue(
  { tsInstance }: LowerContext,
  initializer: ts.ForInitializer,
  expression: ts.Expression,
): Set<string> {
  const mentioned = new Set<string>();
  if (!tsInstance.isVariableDeclarationList(initializer)) return mentioned;
  if ((initializer.flags & tsInstance.NodeFlags.BlockScoped) === 0) return mentioned;
  const declared = namesOfBindings(tsInstance, initializer.declarations);
  const note = (node: ts.Node): void => {
    if (tsInstance.isIdentifier(node) && declared.has(node.text)) mentioned.add(node.text);
  };
  note(expression);
  forEachDescendant(tsInstance, expression, note);
  return mentioned;
}

/** The body of the loop, with what its head binds. */
function lowerIteration(
  lower: LowerContext,
  body: BodyContext,
  node: ts.ForOfStatement,
  value: ts.Expression,
): ts.Statement {
  const { factory, tsInstance } = lower;
  const { initializer } = node;
  if (!tsInstance.isVariableDeclarationList(initializer)) {
    const assignment = createAssignment(lower, lowerAssignmentTarget(lower, initializer), value);
    return factory.createBlock(
      [copyPosition(lower, assignment, initializer), visitLoopBody(lower, node.statement)],
      true,
    );
  }
  const isUsing = body.plan.acquisitions.has(initializer);
  const name = tsInstance.visitNode(initializer.declarations[0]!.name, lower.visit) as ts.BindingName;
  const keyword = isUsing ? tsInstance.NodeFlags.Const : initializer.flags & tsInstance.NodeFlags.BlockScoped;
  const binding = copyPosition(lower, createDeclaration(lower, keyword, [[name, value]]), initializer);
  const iteration = isUsing
    ? lowerUsingIteration(lower, body, node, initializer).statements
    : [visitLoopBody(lower, node.statement)];
  return factory.createBlock([binding, ...iteration], true);
}
