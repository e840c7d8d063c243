import type ts from "typescript";
import { isFunctionNode } from "../1-analyze/is-function-node";
import type { Held } from "./flow/held";
import { callsAfter, suspendsAfter } from "./flow/later";
import { contains, outerExpression, walkCode } from "./flow/nodes";
import { isReleasedByOwner } from "./flow/moved";
import { lifetimeOf } from "./flow/targets";
import { relatedTo } from "./related";
import type { Rule, TypedFile } from "./rule";

const timers =
  /^(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame|requestIdleCallback|process\.nextTick|(?:window|globalThis)\.set(?:Timeout|Interval))$/;
const listening = /^(?:on|once|addListener|addEventListener|prependListener|prependOnceListener|subscribe)$/;
const cancelling =
  /^(?:clearTimeout|clearInterval|clearImmediate|cancelAnimationFrame|cancelIdleCallback|off|removeListener|removeAllListeners|removeEventListener|unsubscribe|abort|useFakeTimers|advanceTimersByTime|runAllTimers|runOnlyPendingTimers)$/;

/** A callback that uses a handle is kept, by a timer or a listener, and the scope ends without waiting for it. */
export const escapeByCallback: Rule = {
  needsTypes: true,
  check(file) {
    const { tsInstance, flow } = file;
    for (const fn of new Set(flow.held.map((held) => held.fn)))
      walkCode(tsInstance, tsInstance.isSourceFile(fn) ? fn : fn.body!, (node) => {
        // What a nested function starts is started when that is called.
        if (isFunctionNode(tsInstance, node)) return false;
        if (tsInstance.isCallExpression(node)) checkCall(file, fn, node);
        return true;
      });
  },
};

function checkCall(file: TypedFile, fn: ts.Node, call: ts.CallExpression): void {
  const { tsInstance, flow } = file;
  const { expression: callee } = call;
  const isTimer = timers.test(callee.getText());
  const listener =
    !isTimer && tsInstance.isPropertyAccessExpression(callee) && listening.test(callee.name.text)
      ? callee.expression
      : undefined;
  if (!isTimer && listener === undefined) return;
  // What it gives back is what cancels it: only where nobody takes that is nobody going to.
  const isDropped = tsInstance.isExpressionStatement(outerExpression(tsInstance, call).parent);
  if (!isDropped || mentionsCancelling(file, fn)) return;
  if (call.arguments.some((each) => tsInstance.isObjectLiteralExpression(each))) return; // { signal }
  for (const argument of call.arguments)
    for (const { held, via, at } of flow.origins.of(argument)) {
      if (via !== "closure" || held.fn !== fn || !contains(held.scope, call)) continue;
      if (suspendsAfter(tsInstance, held.scope, call)) continue;
      if (listener !== undefined && !outlives(file, held, listener, call)) continue;
      if (isReleasedByOwner(tsInstance, flow, held)) continue;
      const what = isTimer
        ? `the callback of ${callee.getText()}()`
        : `the listener of "${listener!.getText()}"`;
      file.say({
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

function mentionsCancelling({ tsInstance }: TypedFile, fn: ts.Node): boolean {
  let mentions = false;
  walkCode(tsInstance, fn, (node) => {
    mentions ||= tsInstance.isIdentifier(node) && cancelling.test(node.text);
    return !mentions;
  });
  return mentions;
}
