import { kindOf } from "../../1-analyze/plan-function";
import type ts from "typescript";
import { isFunctionNode } from "../../syntax/function-node";
import { functionOf, shortText } from "../../syntax/nodes";
import type { TypedFile } from "../rule";

/** How a resource is to be acquired where it is made: `Write await raii(connect(url)), in an async function.` */
export function acquireHelp(file: TypedFile, made: ts.Expression, isAsync: boolean): string {
  const { tsInstance, sourceFile, model } = file;
  const inner = tsInstance.isAwaitExpression(made) ? made.expression : made;
  const form = `${isAsync ? "await " : ""}raii(${shortText(sourceFile, inner)})`;
  const fn = functionOf(tsInstance, made);
  const isFunction = isFunctionNode(tsInstance, fn);
  const isAnnotated =
    model?.fileIsAnnotated === true ||
    model?.functions.some(({ node, isAnnotated: is }) => node === fn && is) === true;
  const wanted =
    isAsync && !(isFunction && kindOf(tsInstance, fn).isAsync) ? "an async function" : "a function";
  const where =
    isAnnotated && wanted === "a function"
      ? ""
      : `, in ${wanted}${isAnnotated ? "" : ' annotated "use raii"'}`;
  return `Write ${form}${where}: that opens it, and releases it when the scope ends.`;
}
