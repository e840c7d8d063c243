import type ts from "typescript";
import { isTopLevelName } from "../1-analyze/frame";
import { isMarkerName, markerEntries, type MarkerName } from "../1-analyze/markers";
import { memberName } from "../syntax/member-name";
import { isReference, outerExpression } from "../syntax/nodes";
import type { SyntaxRule } from "./rule";

/** A marker used otherwise than by a call: handed on, or given another name. */
export const raiiAsValue: SyntaxRule = {
  reports: ["raii-as-value"],
  check({ tsInstance, model, report }) {
    if (model === undefined) return;
    const { markers, mentions } = model;
    for (const { name, frame } of mentions) {
      const { parent } = name;
      const isElsewhere =
        !isReference(tsInstance, name) ||
        tsInstance.isExportSpecifier(parent) || // raii-re-exported
        tsInstance.isImportSpecifier(parent) ||
        tsInstance.isNamespaceImport(parent);
      if (isElsewhere || !isTopLevelName(frame, name.text)) continue;
      const own = markers.named.get(name.text);
      const node = own === undefined ? memberOf(tsInstance, name) : name;
      if (node === undefined) continue;
      const marker = own ?? ((node as ts.PropertyAccessExpression).name.text as MarkerName);
      const outer = outerExpression(tsInstance, withLifetime(tsInstance, node));
      const { parent: user } = outer;
      const isCalled = tsInstance.isCallExpression(user) && user.expression === outer;
      // `void raii` keeps an import; `typeof raii` is no call either.
      const isHarmless = tsInstance.isVoidExpression(user) || tsInstance.isTypeOfExpression(user);
      if (isCalled || isHarmless) continue;
      const { takes, instead } = markerEntries[marker];
      report({ key: "raii-as-value", node, args: [marker, takes, instead] });
    }
  },
};

/** `raii.function`, of `raii`. */
function withLifetime(tsInstance: typeof ts, node: ts.Expression): ts.Expression {
  const { parent } = outerExpression(tsInstance, node);
  return memberName(tsInstance, parent) === "function" ? (parent as ts.AccessExpression) : node;
}

/** `ns.raii`, of a name that stands for the module. */
function memberOf(tsInstance: typeof ts, { parent }: ts.Identifier): ts.Expression | undefined {
  const isMember = tsInstance.isPropertyAccessExpression(parent) && isMarkerName(parent.name.text);
  return isMember ? parent : undefined;
}
