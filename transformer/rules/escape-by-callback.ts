import type ts from "typescript";
import type { Held } from "../flow/held";
import { callsAfter, suspendsAfter } from "../flow/later";
import { lifetimeOf } from "../flow/lifetimes";
import { isReleasedByOwner } from "../flow/released-by-owner";
import { isCancelling, isListening, isTimer } from "../syntax/member-names";
import { contains, functionOf, outerExpression, plainName, walkCode } from "../syntax/nodes";
import { relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A callback that uses a handle is kept, by a timer or a listener, and the scope ends without waiting for it. */
export const escapeByCallback: TypeRule = {
  reports: ["escape-by-callback"],
  check(file) {
    if (file.flow.held.length > 0) for (const call of file.flow.nodes().calls) checkCall(file, call);
  },
};

function checkCall(file: TypedFile, call: ts.CallExpression): void {
  const { tsInstance, flow } = file;
  const { expression: callee } = call;
  const startsTimer = isTimer(plainName(tsInstance, callee));
  const listener =
    !startsTimer && tsInstance.isPropertyAccessExpression(callee) && isListening(callee.name.text)
      ? callee.expression
      : undefined;
  if (!startsTimer && listener === undefined) return;
  if (!isLeftAlone(file, call)) return;
  // What a nested function starts is started when that is called.
  const fn = functionOf(tsInstance, call);
  if (call.arguments.some((each) => tsInstance.isObjectLiteralExpression(each))) return; // { signal }
  for (const argument of call.arguments)
    for (const { held, via, at } of flow.origins.of(argument)) {
      if (via !== "closure" || held.fn !== fn || !contains(held.scope, call)) continue;
      if (mentionsCancelling(file, call) || suspendsAfter(tsInstance, held.scope, call)) continue;
      if (listener !== undefined && !outlives(file, held, listener, call)) continue;
      if (isReleasedByOwner(tsInstance, flow, held)) continue;
      const what = startsTimer
        ? `the callback of ${callee.getText()}()`
        : `the listener of "${listener!.getText()}"`;
      file.report({
        key: "escape-by-callback",
        node: at,
        args: [held.name, what],
        related: relatedTo(file, held),
      });
    }
}

/** Whether what is listened to lives on, and nothing that is called in what is left of the scope can make it fire. */
function outlives(
  { tsInstance, flow }: TypedFile,
  held: Held,
  listener: ts.Expression,
  call: ts.Node,
): boolean {
  const lifetime = lifetimeOf(tsInstance, flow.variables, held, listener);
  if (lifetime === "inside" || lifetime === "unknown" || listener.getText() === "process") return false;
  return !callsAfter(tsInstance, held.scope, call);
}

/**
 * Whether nothing in the function cancels what a call has started. What it gives back is what would do that: nobody takes it,
 * or it is only returned, or kept for a function that is, and then the scope has ended.
 */
function isLeftAlone({ tsInstance, flow }: TypedFile, call: ts.CallExpression): boolean {
  const { parent } = outerExpression(tsInstance, call);
  if (tsInstance.isExpressionStatement(parent)) return true;
  if (tsInstance.isReturnStatement(parent)) return true;
  if (!tsInstance.isVariableDeclaration(parent) || !tsInstance.isIdentifier(parent.name)) return false;
  if (isUsing(tsInstance, parent)) return false;
  const symbol = flow.variables.symbolOf(parent.name);
  return (
    symbol !== undefined &&
    flow.variables.referencesTo(symbol).every((each) => isReturned(tsInstance, each, call))
  );
}

function isUsing(tsInstance: typeof ts, { parent }: ts.VariableDeclaration): boolean {
  const { BlockScoped, Using, AwaitUsing } = tsInstance.NodeFlags;
  const kind = parent.flags & BlockScoped;
  return kind === Using || kind === AwaitUsing;
}

/** Whether a mention stands in what the function of a call returns. */
function isReturned(tsInstance: typeof ts, mention: ts.Node, call: ts.Node): boolean {
  const fn = functionOf(tsInstance, call);
  for (let node = mention; node !== fn && contains(fn, node); node = node.parent)
    if (tsInstance.isReturnStatement(node) && functionOf(tsInstance, node) === fn) return true;
  return false;
}

function mentionsCancelling({ tsInstance }: TypedFile, call: ts.Node): boolean {
  let mentions = false;
  walkCode(tsInstance, functionOf(tsInstance, call), (node) => {
    mentions ||=
      tsInstance.isIdentifier(node) && isCancelling(node.text) && !isReturned(tsInstance, node, call);
    return !mentions;
  });
  return mentions;
}
