import type ts from "typescript";
import { isFunctionNode } from "../syntax/function-node";
import { memberName } from "../syntax/member-name";
import { isEnd, isHandingOn, isSetterName, isStoring, isWaiting } from "../syntax/member-names";
import { contains, plainName, walkCode } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Flow } from "./flow";
import type { Held } from "./held";
import { rootOf } from "./lifetimes";

interface LookedAt {
  readonly tsInstance: typeof ts;
  readonly checker: ts.TypeChecker;
  readonly flow: Pick<Flow, "origins" | "types" | "variables">;
}

/**
 * Whether somebody else may use, before a handle is released, what it has been put into: something is called or awaited after
 * that, and it is neither a method of the handle itself nor one of the language. `ctx.db = db; await next();`,
 * `this.server = server; await this.stopped;`
 *
 * @param target what the handle has been put into; its own methods are those of the handle.
 */
export function mayBeReadAfter(
  { tsInstance, checker, flow }: LookedAt,
  held: Held,
  node: ts.Node,
  target?: ts.Expression,
): boolean {
  const targetText = target?.getText();
  let isRead = false;
  walkCode(tsInstance, held.scope, (each) => {
    if (isRead || isFunctionNode(tsInstance, each)) return false;
    if (each.end <= node.pos) return false;
    if (each.pos < node.end) return true;
    if (tsInstance.isCallExpression(each)) isRead = isForOthers(each);
    else if (tsInstance.isAwaitExpression(each))
      isRead = !tsInstance.isCallExpression(skipOuterExpressions(tsInstance, each.expression));
    else
      isRead =
        tsInstance.isYieldExpression(each) ||
        (tsInstance.isForOfStatement(each) && each.awaitModifier !== undefined);
    return true;
  });
  return isRead;

  function isForOthers(call: ts.CallExpression): boolean {
    if (isLanguage(plainName(tsInstance, call.expression))) return false;
    if (isNext(call)) return false;
    const name = memberName(tsInstance, call.expression) ?? call.expression.getText();
    if (isStoring(name) || isSetterName(name)) return false;
    if (call.arguments.some((each) => isFunctionNode(tsInstance, skipOuterExpressions(tsInstance, each))))
      return true;
    // A method of the handle, or of what it has been put into, knows of nobody else. To wait for its end is another thing.
    let callee = skipOuterExpressions(tsInstance, call.expression);
    if (!tsInstance.isPropertyAccessExpression(callee)) return true;
    if (isWaiting(callee.name.text) || isEnd(callee.name.text)) return true;
    for (;;) {
      if (callee.getText() === targetText) return false;
      if (tsInstance.isCallExpression(callee) || tsInstance.isPropertyAccessExpression(callee))
        callee = skipOuterExpressions(tsInstance, callee.expression);
      else break;
    }
    return !flow.origins.of(callee).some((origin) => origin.held === held && origin.via !== "closure");
  }

  /** `next();` of a middleware: those that come after it go on when this one has ended. */
  function isNext(call: ts.CallExpression): boolean {
    const { expression, parent } = call;
    // A promise that is left alone is what is said there.
    if (flow.types.isPromise(checker.getTypeAtLocation(call))) return false;
    if (!tsInstance.isIdentifier(expression) || !isHandingOn(expression.text)) return false;
    const declaration = flow.variables.symbolOf(expression)?.valueDeclaration;
    if (declaration === undefined || !tsInstance.isParameter(declaration)) return false;
    const { fn } = held;
    if (declaration.parent !== fn || !tsInstance.isExpressionStatement(parent)) return false;
    const isAsync = fn.modifiers?.some(({ kind }) => kind === tsInstance.SyntaxKind.AsyncKeyword) === true;
    return isAsync || fn.parameters.length > 2;
  }
}

function isLanguage(name: string): boolean {
  return /^(?:console|Date|JSON|Math|Number|Object|String|Symbol)(?:\.\w+)?$/.test(name);
}

/** Whether a node is declared in the scope of a handle. */
export function isDeclaredIn(
  { tsInstance, flow }: Pick<LookedAt, "tsInstance" | "flow">,
  scope: ts.Node,
  expression: ts.Expression,
): boolean {
  const root = rootOf(tsInstance, expression);
  const declaration = tsInstance.isIdentifier(root)
    ? flow.variables.symbolOf(root)?.declarations?.[0]
    : undefined;
  return (
    declaration !== undefined &&
    declaration.getSourceFile() === scope.getSourceFile() &&
    contains(scope, declaration)
  );
}
