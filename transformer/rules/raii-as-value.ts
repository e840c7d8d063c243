import type ts from "typescript";
import { isTopLevelName } from "../1-analyze/frame";
import { isReference, outerExpression } from "./flow/nodes";
import type { Rule } from "./rule";

/** The marker used otherwise than by a call: handed on, or given another name. */
export const raiiAsValue: Rule = {
  needsTypes: false,
  check({ tsInstance, model, say }) {
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
      const marker = markers.named.has(name.text) ? name : memberOf(tsInstance, name);
      if (marker === undefined) continue;
      const outer = outerExpression(tsInstance, marker);
      const { parent: user } = outer;
      const isCalled = tsInstance.isCallExpression(user) && user.expression === outer;
      // `void raii` keeps an import; `typeof raii` is no call either.
      const isHarmless = tsInstance.isVoidExpression(user) || tsInstance.isTypeOfExpression(user);
      if (!isCalled && !isHarmless) say({ key: "raii-as-value", node: marker });
    }
  },
};

/** `ns.raii`, of a name that stands for the module. */
function memberOf(tsInstance: typeof ts, { parent }: ts.Identifier): ts.Expression | undefined {
  const isMember = tsInstance.isPropertyAccessExpression(parent) && parent.name.text === "raii";
  return isMember ? parent : undefined;
}
