import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import { functionMeant } from "../flow/called";
import { packageFunction } from "../flow/package-functions";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { functionOf } from "../syntax/nodes";
import { relatedTo } from "./helpers/related";
import { isSuppressing, suppressesByFunction } from "./helpers/suppressing";
import type { TypedFile, TypeRule } from "./rule";

/** A function gives `undefined` where a resource in it suppresses an error (S5), and its type does not say so. */
export const suppression: TypeRule = {
  reports: ["suppression"],
  check(file) {
    const { tsInstance, flow } = file;
    for (const held of flow.held) {
      const { fn, scope, resource, node, isUsing } = held;
      if (isUsing || resource === undefined || tsInstance.isSourceFile(fn)) continue;
      if (!isSuppressing(file, resource) || !losesResult(file, fn, scope)) continue;
      file.report({ key: "suppression", node, args: [held.name], related: relatedTo(file, held) });
    }
    if (!/\b(?:ExitStack|AsyncExitStack|acquire|acquireAsync)\b/.test(file.sourceFile.text)) return;
    for (const call of flow.nodes().calls) checkEntered(file, call);
  },
};

/** `stack.enter(suppress(…))`, `stack.push((exit) => exit.suppress())`, `yield* acquire(suppress(…))` */
function checkEntered(file: TypedFile, call: ts.CallExpression): void {
  const { tsInstance } = file;
  const [given] = call.arguments;
  if (given === undefined) return;
  const { expression: callee } = call;
  const isPush = tsInstance.isPropertyAccessExpression(callee) && callee.name.text === "push";
  const owner = ownerOf(file, call);
  if (owner === undefined || !losesResult(file, owner.fn, owner.scope)) return;
  if (isPush ? !suppressesByFunction(file, given, 0) : !isSuppressing(file, given)) return;
  const name = `"${given.getText().replace(/\s+/g, " ").slice(0, 40)}"`;
  file.report({ key: "suppression", node: call, args: [name] });
}

/** The block whose end releases what a stack is given, or what a program acquires. */
function ownerOf(
  file: TypedFile,
  call: ts.CallExpression,
): { readonly fn: FunctionNode; readonly scope: ts.Node } | undefined {
  const { tsInstance, flow } = file;
  const { expression: callee } = call;
  if (tsInstance.isIdentifier(callee)) {
    if (!/^acquire(?:Async)?$/.test(packageFunction(file, callee) ?? "")) return undefined;
    const fn = functionOf(tsInstance, call);
    return isGivenTo(file, fn, /^run(?:Async)?$/) ? { fn, scope: fn.body! } : undefined;
  }
  if (!tsInstance.isPropertyAccessExpression(callee) || !isEntering(callee.name.text)) return undefined;
  const stack = callee.expression;
  if (!isExitStack(file, stack)) return undefined;
  const [origin] = flow.origins.of(stack);
  if (origin !== undefined) {
    const { fn, scope } = origin.held;
    return origin.via === "itself" && isFunctionNode(tsInstance, fn) ? { fn, scope } : undefined;
  }
  const symbol = tsInstance.isIdentifier(stack) ? flow.variables.symbolOf(stack) : undefined;
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined || !tsInstance.isParameter(declaration)) return undefined;
  const fn = declaration.parent;
  return isFunctionNode(tsInstance, fn) && isGivenTo(file, fn, /^(?:Async)?ExitStack\.run$/)
    ? { fn, scope: fn.body! }
    : undefined;
}

function isEntering(name: string): boolean {
  return /^(?:enter|enterAsync|use|push)$/.test(name);
}

function isExitStack({ checker }: TypedFile, expression: ts.Expression): boolean {
  return /^(?:Async)?ExitStack$/.test(checker.getTypeAtLocation(expression).getSymbol()?.name ?? "");
}

/** Whether a function is what a call of one of ours is given. */
function isGivenTo(file: TypedFile, fn: ts.Node, callee: RegExp): fn is FunctionNode {
  const { tsInstance, flow } = file;
  if (!isFunctionNode(tsInstance, fn)) return false;
  const takes = (call: ts.CallExpression): boolean => {
    const [first] = call.arguments;
    if (first === undefined || !callee.test(packageFunction(file, call.expression) ?? "")) return false;
    if (first === fn) return true;
    // run(program()), of a generator with a name
    const made = tsInstance.isCallExpression(first) ? first.expression : first;
    return functionMeant(tsInstance, flow.variables, made) === fn;
  };
  return flow.nodes().calls.some(takes);
}

/** Whether a function ends without a result where control goes on after a block of it, and its type denies that. */
function losesResult(file: TypedFile, fn: FunctionNode, scope: ts.Node): boolean {
  if (file.tsInstance.isConstructorDeclaration(fn)) return false;
  return !admitsUndefined(file, fn) && file.flow.reachesEnd(fn, scope);
}

/** Whether what a function returns, or promises, may be `undefined` as far as its type says. */
function admitsUndefined({ tsInstance, checker }: TypedFile, fn: FunctionNode): boolean {
  const signature = checker.getSignatureFromDeclaration(fn);
  if (signature === undefined) return true;
  const { isAsync, isGenerator } = kindOf(tsInstance, fn);
  let type: ts.Type | undefined = signature.getReturnType();
  if (isGenerator) {
    // Generator<Yielded, Returned, Sent>
    const isKnown = /^(?:Async)?Generator$/.test(type.getSymbol()?.name ?? "");
    type = isKnown ? checker.getTypeArguments(type as ts.TypeReference)[1] : undefined;
  } else if (isAsync) type = checker.getAwaitedType(type) ?? type;
  return type === undefined || mayBeUndefined(tsInstance, type);
}

function mayBeUndefined(tsInstance: typeof ts, type: ts.Type): boolean {
  const { Undefined, Void, Any, Unknown, Never, Instantiable, TypeParameter } = tsInstance.TypeFlags;
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    // No caller's `T` is bound to have `undefined` in it, unless it says so.
    if (part.flags & TypeParameter) {
      const constraint = part.getConstraint();
      return (
        constraint !== undefined &&
        (constraint.isUnion() ? constraint.types : [constraint]).some(({ flags }) => flags & Undefined)
      );
    }
    // `Awaited<T>` of a promise of T
    if (part.flags & Instantiable && part.aliasSymbol?.name === "Awaited")
      return part.aliasTypeArguments?.some((each) => (each.flags & TypeParameter) === 0) ?? true;
    return (part.flags & (Undefined | Void | Any | Unknown | Never | Instantiable)) !== 0;
  });
}
