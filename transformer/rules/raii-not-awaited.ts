import type ts from "typescript";
import { isChaining } from "../syntax/member-names";
import { outerExpression } from "../syntax/nodes";
import type { SyntaxRule } from "./rule";

/** `raii(x).then(…)`, `Promise.all([raii(x)])`: the marker used as a promise, which it is not. */
export const raiiNotAwaited: SyntaxRule = {
  reports: ["raii-not-awaited"],
  check({ tsInstance, model, report }) {
    for (const { acquisitions } of model?.functions ?? [])
      for (const { node, marker, isAsync } of acquisitions) {
        if (marker === undefined || isAsync || !tsInstance.isCallExpression(node)) continue;
        const use = useAsPromise(tsInstance, node);
        if (use !== undefined) report({ key: "raii-not-awaited", node, args: [use] });
      }
  },
};

function useAsPromise(tsInstance: typeof ts, marker: ts.CallExpression): string | undefined {
  const outer = outerExpression(tsInstance, marker);
  const { parent } = outer;
  if (tsInstance.isPropertyAccessExpression(parent)) {
    const isCalled = tsInstance.isCallExpression(parent.parent) && parent.parent.expression === parent;
    const { text } = parent.name;
    return isCalled && isChaining(text) ? `front of .${text}()` : undefined;
  }
  if (!tsInstance.isArrayLiteralExpression(parent)) return undefined;
  const call = outerExpression(tsInstance, parent).parent;
  if (!tsInstance.isCallExpression(call)) return undefined;
  const callee = call.expression.getText();
  return /^Promise\.(?:all|allSettled|race|any)$/.test(callee) ? callee : undefined;
}
