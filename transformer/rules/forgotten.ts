import type ts from "typescript";
import { acquireResource } from "../fixes/acquire-resource";
import { shortText } from "../syntax/nodes";
import { acquireHelp } from "./helpers/acquire-help";
import type { TypedFile, TypeRule } from "./rule";

/** A resource that is made and dropped. */
export const forgotten: TypeRule = {
  reports: ["forgotten"],
  check(file) {
    const { flow, sourceFile } = file;
    const moves = new Set<ts.Node>(flow.moves.map((each) => each.node));
    for (const { expression, creation, type, constant } of flow.allocations()) {
      // raii() gives a handle, whatever that is.
      if (flow.heldAt.has(creation) || !flow.types.isResource(type)) continue;
      const isMoved = moves.has(creation);
      if (
        constant === undefined ? !isMoved && mayReturnArgument(file, creation) : isMentioned(file, constant)
      )
        continue;
      const isAsync = expression !== creation || flow.types.kindsOf(type).has("async");
      const fix = file.withoutRaii ? undefined : acquireResource(file, creation, isAsync);
      const args = [
        `"${shortText(sourceFile, expression)}"`,
        isMoved ? "nothing releases what was moved" : "so far nothing is opened",
      ];
      const help = acquireHelp(file, expression, isAsync);
      file.report({ key: "forgotten", node: expression, args, help, ...(fix && { fix }) });
    }
  },
};

/** Whether a call may give back what it was given: a method of a resource, or a function over one. */
function mayReturnArgument(
  { tsInstance, checker, flow }: TypedFile,
  creation: ts.CallExpression | ts.NewExpression,
): boolean {
  if (tsInstance.isNewExpression(creation)) return false;
  const given = [...creation.arguments];
  if (tsInstance.isPropertyAccessExpression(creation.expression)) given.push(creation.expression.expression);
  return given.some((each) => {
    const type = checker.getTypeAtLocation(each);
    return flow.types.isResource(type) || checker.isArrayType(type);
  });
}

function isMentioned({ flow: { variables } }: TypedFile, constant: ts.Identifier): boolean {
  const symbol = variables.symbolOf(constant);
  return symbol === undefined || variables.referencesTo(symbol).length > 0;
}
