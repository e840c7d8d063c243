import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import { acquireResource } from "../fixes/acquire-resource";
import { rootOf } from "../flow/lifetimes";
import { shortText } from "../syntax/nodes";
import type { TypedFile, TypeRule } from "./rule";

/** A member that only the handle has is looked for on the resource. */
export const resourceAsHandle: TypeRule = {
  reports: ["resource-as-handle"],
  check(file) {
    const { checker, flow, model } = file;
    if (model === undefined) return;
    const { members, parts } = flow.nodes();
    for (const part of parts)
      if (mayBeResource(file, part) && flow.types.isResource(checker.getTypeAtLocation(part)))
        reportResource(file, part, part, "text of its own");
    for (const member of members) {
      const { expression, name } = member;
      if (name.text === "" || !mayBeResource(file, expression)) continue;
      // The checker gives no symbol to a member that is not there.
      if (checker.getSymbolAtLocation(name) !== undefined) continue;
      if (flow.types.isResource(checker.getNonNullableType(checker.getTypeAtLocation(expression))))
        reportResource(file, member, expression, `"${name.text}"`);
    }
  },
};

function reportResource(file: TypedFile, node: ts.Node, resource: ts.Expression, missing: string): void {
  const fix = acquireWhereMade(file, resource);
  const args = [shortText(file.sourceFile, resource), missing];
  const isAsync = file.flow.types.kindsOf(file.checker.getTypeAtLocation(resource)).has("async");
  const [name] = args;
  const help = `Acquire it first, const handle = ${isAsync ? "await " : ""}raii(${name}), and use the handle.`;
  file.report({ key: "resource-as-handle", node, args, help, ...(fix && { fix }) });
}

/** Whether an expression may be a resource, as far as the checker has that ready: there are many expressions. */
function mayBeResource(file: TypedFile, expression: ts.Expression): boolean {
  const { tsInstance, checker, flow } = file;
  if (tsInstance.isCallExpression(expression)) return flow.types.mayBeResource(flow.types.typeOf(expression));
  const root = rootOf(tsInstance, expression);
  if (!tsInstance.isIdentifier(root)) return true;
  const symbol = flow.variables.symbolOf(root);
  if (symbol === undefined) return false;
  const type = checker.getTypeOfSymbol(symbol);
  if (root !== expression) return (type.flags & tsInstance.TypeFlags.Any) === 0;
  return flow.types.mayBeResource(type);
}

/** Puts the marker around what is used, or around what a constant is made of, where the function is annotated. */
function acquireWhereMade(file: TypedFile, used: ts.Expression): Fix | undefined {
  const { tsInstance, flow, model, checker } = file;
  const value = tsInstance.isIdentifier(used) ? flow.variables.valueAt(used) : used;
  if (value === undefined || !tsInstance.isCallExpression(value)) return undefined;
  const isAnnotated = model!.functions.some(
    ({ node, isAnnotated }) => isAnnotated && node.pos <= value.pos && value.end <= node.end,
  );
  const isAsync = flow.types.kindsOf(checker.getTypeAtLocation(value)).has("async");
  return isAnnotated ? acquireResource(file, value, isAsync) : undefined;
}
