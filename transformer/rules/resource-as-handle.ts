import type ts from "typescript";
import { walkCode } from "./flow/nodes";
import type { Fix } from "../diagnostics";
import type { Rule, TypedFile } from "./rule";

/** A member that only the handle has is looked for on the resource. */
export const resourceAsHandle: Rule = {
  needsTypes: true,
  check(file) {
    const { tsInstance, checker, flow, sourceFile, model } = file;
    if (model === undefined) return;
    walkCode(tsInstance, sourceFile, (node) => {
      if (tsInstance.isTemplateSpan(node)) {
        const { expression } = node;
        if (!flow.types.isResource(checker.getTypeAtLocation(expression))) return;
        const fix = acquireWhereMade(file, expression);
        const args = [expression.getText(), "text of its own"];
        file.say({ key: "resource-as-handle", node: expression, args, ...(fix && { fix }) });
      }
      if (!tsInstance.isPropertyAccessExpression(node) || node.name.text === "") return;
      // The checker gives no symbol to a member that is not there.
      if (checker.getSymbolAtLocation(node.name) !== undefined) return;
      const type = checker.getNonNullableType(checker.getTypeAtLocation(node.expression));
      if (!flow.types.isResource(type)) return;
      const fix = acquireWhereMade(file, node.expression);
      file.say({
        key: "resource-as-handle",
        node,
        args: [node.expression.getText(), `"${node.name.text}"`],
        ...(fix && { fix }),
      });
    });
  },
};

/** Puts the marker around what a constant is made of, where the function is annotated. */
function acquireWhereMade(
  { tsInstance, flow, model, checker }: TypedFile,
  used: ts.Expression,
): Fix | undefined {
  const [marker] = [...(model?.markers.named ?? [])].find(([, name]) => name === "raii") ?? [];
  if (marker === undefined || !tsInstance.isIdentifier(used)) return undefined;
  const value = flow.variables.valueAt(used);
  if (value === undefined || !tsInstance.isCallExpression(value)) return undefined;
  const isAnnotated = model!.functions.some(
    ({ node, isAnnotated }) => isAnnotated && node.pos <= value.pos && value.end <= node.end,
  );
  if (!isAnnotated) return undefined;
  const isAsync = flow.types.kindsOf(checker.getTypeAtLocation(value)).has("async");
  const start = value.getStart();
  return {
    id: "acquire-resource",
    title: `Acquire it by ${marker}()`,
    edits: [
      { start, length: 0, text: `${isAsync ? "await " : ""}${marker}(` },
      { start: value.end, length: 0, text: ")" },
    ],
  };
}
