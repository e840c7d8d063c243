import type ts from "typescript";
import type { LoweredPlan, ScopeOwner } from "../1-analyze/plan-types";
import { createName } from "./create-name";
import { createAssignment, createDeclaration } from "./create-nodes";
import { createRuntimeCall, createRuntimeCallOnOwnLine } from "./create-runtime-calls";
import type { LowerContext, Suspension } from "./lower-context";
import { createIsStage, createStage, createStageChange } from "./lower-suspension";
import { createCallOnOwnLine, createLeavingLoop, placeBrace } from "./map-to-own-line";
import { copyPosition } from "./provenance";
import { unrollAsyncAcquisition } from "./unroll-async-scope";
import {
  createIsOther,
  nameHandle,
  readAcquisition,
  type UnrolledAcquisition,
  type UnrolledScope,
  type Unrolling,
} from "./unrolled-acquisition";

/** The scope of `owner`, where it is unrolled. @param end of the owner. */
export function unrolledScope(
  plan: LoweredPlan | undefined,
  owner: ScopeOwner,
  end: number,
): UnrolledScope | undefined {
  const acquiring = plan?.kind === "inline" ? plan.unrolled.get(owner) : undefined;
  if (acquiring === undefined) return undefined;
  return {
    acquiring,
    end,
    isOfFunction: owner === "function",
    isAsync: plan!.scopes.get(owner) === "async",
  };
}

export function startUnrolling(lower: LowerContext, scope: UnrolledScope): Unrolling {
  const { acquiring, end, isAsync } = scope;
  const collects = isAsync || (lower.body?.suspension !== undefined && acquiring.size > 1);
  return {
    ...scope,
    closing: end < 0 ? undefined : { pos: end - 1, end },
    collected: collects ? createName(lower, "scope") : undefined,
  };
}

interface Names {
  readonly handle: ts.Identifier | undefined;
  readonly held: ts.Identifier;
  readonly dispose: ts.Identifier;
}

// given:    const file = raii(open(path));
//           return file.read();
// produces: let handle_1 = open(path), held_1 = handle_1, dispose_1;
//           if (handle_1 === null || handle_1 === void 0 || typeof (dispose_1 = handle_1[raii_1.acquireKey]) === "function" ||
//             !(dispose_1 = handle_1 instanceof Object) || typeof (dispose_1 = handle_1[Symbol.dispose]) !== "function") {
//             ({ handle: handle_1, exit: dispose_1 } = held_1 = raii_1.hold(handle_1, dispose_1));
//           }
//           const file = handle_1;
//           try { return file.read(); }
//           catch (error_1) { ({ exit: dispose_1 } = held_1 = raii_1.failed(held_1, dispose_1, error_1)); }
//           finally { while (dispose_1.apply(held_1)) break; }
//
// An object that is a Disposable, and no Resource besides, costs no call of the runtime. All else, and every failure, is left
// to a `Scope`. Its `exit` then stands in for the dispose method, and throws the error that the scope ends with. When it has
// suppressed that, control goes on behind the `try`, where nothing is left of the block (S5).
//
// given:    const { port } = raii(server);
// produces: … try { const { port } = handle_1; … }          it can fail
//
// Why it is fast: the method is read at this place, where the engine sees one class, so that it knows which method it
// calls. That holds as long as no other value can come out of a branch that has ever been taken. So `hold` stands in a
// branch of its own, and there is no `handle_1?.[Symbol.dispose]`, which would give `undefined` or the method. A primitive is
// told by `instanceof`: once a property was read, the engine knows the answer. `typeof` it would compute each time. What has
// no `Object` of this realm above it goes to `hold`, too. `apply`, and not `call`: only for `apply` V8 notes which function
// was called, and so it knows it after an `await` or a `yield`, too.
export function unrollAcquisition(
  lower: LowerContext,
  statement: ts.Statement,
  unrolling: Unrolling,
  isOutermost: boolean,
): UnrolledAcquisition {
  if (unrolling.isAsync) return unrollAsyncAcquisition(lower, statement, unrolling, isOutermost);
  const { factory, tsInstance } = lower;
  const { plan, suspension } = lower.body!; // no async generator
  // In an async function: under a cancel scope all goes through a scope, which masks it.
  const isCancellable = plan.isAsync;
  const { closing, collected } = unrolling;
  const { resource, position, binding } = readAcquisition(lower, statement);
  const held = createName(lower, "held");
  const dispose = createName(lower, "dispose");
  const handle = binding && createName(lower, "handle");
  const value = handle ?? held;
  const names: Names = { handle, held, dispose };

  const named = binding === undefined ? [] : [nameHandle(lower, binding, handle!)];
  // To take a handle apart can fail.
  const isTakenApart = binding !== undefined && !tsInstance.isIdentifier(binding.name);
  const statements: ts.Statement[] = [declare(), holdOther()];
  if (!isTakenApart) statements.push(...named);
  return { statements, enclose };

  // It stands for the whole statement: tools count this one, and break on it. A debugger stops at each initializer: the second
  // one is where a step out of what opens the resource ends. At a place without a line it would leave the function, too.
  function declare(): ts.Statement {
    const declaration = createDeclaration(lower, tsInstance.NodeFlags.Let, [
      [value, resource],
      ...(handle === undefined ? [] : [[held, handle] as const]),
      [dispose],
      ...(isOutermost && collected !== undefined ? [[collected] as const] : []),
    ]);
    return copyPosition(lower, declaration, statement);
  }

  // V8 ends a range of what has not run at the first branch, which is in the condition, and begins another at the brace.
  // That one must begin where the statement before ends: what is left of the brace ends there. The line that the condition
  // begins on maps to nothing, so that it is no branch of the source.
  function holdOther(): ts.Statement {
    const before = statement.pos < 0 ? undefined : { pos: statement.pos, end: statement.pos };
    const others = isCancellable ? [createIsScoped()] : [];
    const isOther = createIsOther(lower, value, dispose, "dispose", before, ...others);
    // Behind the name, the place is that of the brace again. Node takes the branch to end at the last place before its end, and
    // would count the line as one that has not run.
    const place = position && before && { pos: position.pos, end: before.end };
    const scope = createRuntimeCallOnOwnLine(
      lower,
      isCancellable ? "holdMasked" : "hold",
      [value, dispose],
      place,
    );
    const hold = createTakeOver(lower, names, scope);
    return factory.createIfStatement(isOther, factory.createBlock([hold], true));
  }

  // produces: !(dispose_1 = !raii_1.isScoped())
  //
  // So nothing counts as read where a scope has to acquire it.
  function createIsScoped(): ts.Expression {
    const isScoped = factory.createLogicalNot(createRuntimeCall(lower, "isScoped", []));
    return factory.createLogicalNot(
      factory.createParenthesizedExpression(factory.createAssignment(dispose, isScoped)),
    );
  }

  function enclose(rest: ts.NodeArray<ts.Statement>): ts.Statement {
    const error = createName(lower, "error");
    const scope = createRuntimeCall(lower, isCancellable ? "failedMasked" : "failed", [held, dispose, error]);
    const fail = createTakeOver(lower, { ...names, handle: undefined }, scope);
    const resumption = suspension && createStageChange(lower, suspension, "suspended", "running");
    const caught = tsInstance.setTextRange(factory.createVariableDeclaration(error), { pos: -1, end: -1 });
    const released = factory.createBlock(
      suspension === undefined
        ? [createRelease(lower, names, closing)]
        : createSuspendedRelease(lower, suspension, names, unrolling, isOutermost),
    );
    // As in createScope, for c8.
    placeBrace(lower, released, "OpenBraceToken", closing);
    placeBrace(lower, released, "CloseBraceToken", closing);
    if (closing !== undefined) tsInstance.setSourceMapRange(caught, { pos: -1, end: closing.end });
    const content = isTakenApart
      ? tsInstance.setTextRange(factory.createNodeArray([...named, ...rest]), rest)
      : rest;
    return factory.createTryStatement(
      factory.createBlock(content, true),
      factory.createCatchClause(
        caught,
        factory.createBlock(resumption === undefined ? [fail] : [resumption, fail]),
      ),
      released,
    );
  }
}

// produces: while (dispose_1.apply(held_1)) break;                  a call, whatever it gives: see createLeavingLoop
function createRelease(
  lower: LowerContext,
  { held, dispose }: Names,
  closing: ts.TextRange | undefined,
): ts.Statement {
  const call = createCallOnOwnLine(lower, dispose, "apply", [held], closing);
  return createLeavingLoop(lower, call, lower.factory.createBreakStatement());
}

// produces: if (stage_1 === "suspended") scope_1 = raii_1.close(scope_1, held_2, dispose_2);
//           else { while (dispose_2.apply(held_2)) break; if (stage_1 === "closing") { stage_1 = "suspended"; return; } }
//
// In a generator. When its consumer closes it, an error of a release must not come to the `catch` of another one, which
// would end the closing, and lose what the generator returns. So it is collected, with all that is released after it, until
// the last `finally` of the block. An error of an inner block may come there, while it is "closing": see createRelease.
//
// produces: sent_1 = void 0;
//           if (stage_1 === "suspended") {
//             stage_1 = "closing";
//             raii_1.closeLast(scope_1, held_1, dispose_1);
//             stage_1 = "suspended";
//           }
//           else …                                                    the outermost one
function createSuspendedRelease(
  lower: LowerContext,
  suspension: Suspension,
  names: Names,
  { collected, isOfFunction, closing }: Unrolling,
  isOutermost: boolean,
): ts.Statement[] {
  const { factory } = lower;
  const isClosed = createIsStage(lower, suspension, "suspended");
  const args = [collected ?? factory.createVoidZero(), names.held, names.dispose];
  const close = isOutermost
    ? factory.createBlock(
        [
          createStage(lower, suspension, "closing"),
          factory.createExpressionStatement(createRuntimeCallOnOwnLine(lower, "closeLast", args, closing)),
          createStage(lower, suspension, "suspended"),
        ],
        true,
      )
    : createAssignment(lower, collected!, createRuntimeCallOnOwnLine(lower, "close", args, closing));
  const goesOn = factory.createBlock([
    createStage(lower, suspension, "suspended"),
    factory.createReturnStatement(),
  ]);
  const isClosing = createIsStage(lower, suspension, "closing");
  const run = factory.createBlock(
    [createRelease(lower, names, closing), factory.createIfStatement(isClosing, goesOn)],
    true,
  );
  const ended = factory.createIfStatement(isClosed, close, run);
  if (!isOutermost || isOfFunction) return [ended];
  return [createAssignment(lower, suspension.sent, factory.createVoidZero()), ended];
}

// produces: ({ handle: handle_1, exit: dispose_1 } = held_1 = raii_1.hold(handle_1, dispose_1));
function createTakeOver(
  { factory }: LowerContext,
  { handle, held, dispose }: Names,
  scope: ts.Expression,
): ts.Statement {
  const parts = factory.createObjectLiteralExpression([
    ...(handle === undefined ? [] : [factory.createPropertyAssignment("handle", handle)]),
    factory.createPropertyAssignment("exit", dispose),
  ]);
  const taken = factory.createAssignment(parts, factory.createAssignment(held, scope));
  return factory.createExpressionStatement(factory.createParenthesizedExpression(taken));
}
