import type ts from "typescript";
import { describeFunction } from "../1-analyze/plan-function";
import type { Move } from "../flow/moves";
import { shortText } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { TypedFile, TypeRule } from "./rule";

/** `move` of what no scope of its function can hold. */
export const moveNotHeld: TypeRule = {
  reports: ["move-not-held"],
  check(file) {
    for (const move of file.flow.moves) {
      const why = whyNotHeld(file, move);
      if (why !== undefined)
        file.report({ key: "move-not-held", node: move.node, args: [move.marker.name, why] });
    }
  },
};

function whyNotHeld(file: TypedFile, { fn, handle, held }: Move): string | undefined {
  const { tsInstance, flow, model, sourceFile } = file;
  const describe = (each: ts.Node): string => {
    const record = model!.functions.find(({ node }) => node === each);
    return record === undefined ? "the module" : describeFunction(tsInstance, record);
  };
  if (!flow.acquiring.has(fn)) return `${describe(fn)} acquires nothing`;
  const [first] = held;
  if (first !== undefined && held.every((each) => each.fn !== fn))
    return `${first.name} is held by ${describe(first.fn)}`;
  if (first === undefined && isMadeHere(file, handle))
    return `"${shortText(sourceFile, handle)}" is a resource that is not acquired, and no handle`;
  return undefined;
}

/** Whether it is a resource that a call in sight has made: any other may be the handle of a resource of resources. */
function isMadeHere({ tsInstance, checker, flow }: TypedFile, handle: ts.Expression): boolean {
  const node = skipOuterExpressions(tsInstance, handle);
  const value = tsInstance.isIdentifier(node) ? flow.variables.valueAt(node) : node;
  if (value === undefined || !flow.types.isResource(checker.getTypeAtLocation(handle))) return false;
  const made = skipOuterExpressions(tsInstance, value);
  return tsInstance.isCallExpression(made) || tsInstance.isNewExpression(made);
}
