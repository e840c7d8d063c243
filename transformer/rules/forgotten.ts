import type ts from "typescript";
import { acquireResource } from "../fixes/acquire-resource";
import { shortText } from "../syntax/nodes";
import type { TypeRule, TypedFile } from "./rule";

/** A resource that is made and dropped. */
export const forgotten: TypeRule = {
  reports: ["forgotten"],
  check(file) {
    const { flow, sourceFile } = file;
    const moves = new Set<ts.Node>(flow.moves.map((each) => each.node));
    for (const { expression, made, type, constant } of flow.made()) {
      // raii() gives a handle, whatever that is.
      if (flow.heldAt.has(made) || !flow.types.isResource(type)) continue;
      const isMoved = moves.has(made);
      if (constant === undefined ? !isMoved && handsOn(file, made) : isMentioned(file, constant)) continue;
      const isAsync = expression !== made || flow.types.kindsOf(type).has("async");
      const fix = acquireResource(file, made, isAsync);
      const args = [
        `"${shortText(sourceFile, expression)}"`,
        isMoved ? "nothing releases what was moved" : "nothing happens",
      ];
      file.report({ key: "forgotten", node: expression, args, ...(fix && { fix }) });
    }
  },
};

/** Whether a call may give back what it was given: a method of a resource, or a function over one. */
function handsOn(
  { tsInstance, checker, flow }: TypedFile,
  made: ts.CallExpression | ts.NewExpression,
): boolean {
  if (tsInstance.isNewExpression(made)) return false;
  const given = [...made.arguments];
  if (tsInstance.isPropertyAccessExpression(made.expression)) given.push(made.expression.expression);
  return given.some((each) => {
    const type = checker.getTypeAtLocation(each);
    return flow.types.isResource(type) || checker.isArrayType(type);
  });
}

function isMentioned({ flow: { variables } }: TypedFile, constant: ts.Identifier): boolean {
  const symbol = variables.symbolOf(constant);
  return symbol === undefined || variables.referencesTo(symbol).length > 0;
}
