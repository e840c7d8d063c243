import type ts from "typescript";
import {
  createAssignment,
  createConst,
  createDeclaration,
  createMethodCall,
  createRuntimeCall,
  createRuntimeObject,
} from "./create-runtime-calls";
import { copyPosition, createYield } from "./lower-acquisition";
import { type BodyContext, type LowerContext, visitExpression } from "./lower-context";
import { lowerUsingIteration, visitLoopBody } from "./lower-scope";
import { lowerAssignmentTarget } from "./lower-super";

// given:    await fetch(url)
// produces: (yield raii_1.wait(fetch(url)))
export function lowerAwait(lower: LowerContext, node: ts.AwaitExpression): ts.Expression {
  return createYield(
    lower,
    createRuntimeCall(lower, "wait", [visitExpression(lower, node.expression)]),
    node,
  );
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
  const iteration = factory.createUniqueName("iteration");
  const error = factory.createUniqueName("error");

  const opened = createRuntimeObject(lower, "AsyncIteration", [visitExpression(lower, node.expression)]);
  const wait = createRuntimeCall(lower, "wait", [createMethodCall(lower, iteration, "next", [])]);
  const next = copyPosition(lower, factory.createYieldExpression(undefined, wait), node.expression);
  const loop = factory.createWhileStatement(
    createMethodCall(lower, iteration, "takes", [next]),
    lowerIteration(lower, body, node, factory.createPropertyAccessExpression(iteration, "value")),
  );
  const fail = factory.createExpressionStatement(createMethodCall(lower, iteration, "fail", [error]));
  const leave = factory.createYieldExpression(undefined, createRuntimeCall(lower, "leave", [iteration]));
  const attempt = factory.createTryStatement(
    factory.createBlock([label(loop)], true),
    factory.createCatchClause(error, factory.createBlock([fail])),
    factory.createBlock([factory.createExpressionStatement(leave)]),
  );
  return copyPosition(
    lower,
    factory.createBlock(
      [createConst(lower, iteration, copyPosition(lower, opened, node.expression)), attempt],
      true,
    ),
    node,
  );
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
  if (body.plan.acquisitions.has(initializer)) {
    return lowerUsingIteration(lower, body, node, initializer, value);
  }
  const name = tsInstance.visitNode(initializer.declarations[0]!.name, lower.visit) as ts.BindingName;
  const keyword = initializer.flags & tsInstance.NodeFlags.BlockScoped;
  const binding = copyPosition(lower, createDeclaration(lower, keyword, [[name, value]]), initializer);
  return factory.createBlock([binding, visitLoopBody(lower, node.statement)], true);
}
