import type ts from "typescript";
import { declareByUsing } from "../fixes/declare-by-using";
import type { Allocation } from "../flow/allocations";
import { leftOpenAt } from "../flow/left-open";
import { isFreshDisposable, isLost } from "../flow/lost";
import { textOfTag } from "../syntax/find-directives";
import { shortText } from "../syntax/nodes";
import { placesLeft, whereLeft } from "./helpers/left-open";
import type { TypedFile, TypeRule } from "./rule";

/**
 * A Disposable that is dropped, or left on one way out of its block, of a function or class whose declaration is tagged
 * `@mustDispose`.
 */
export const mustDispose: TypeRule = {
  reports: ["must-dispose"],
  check(file) {
    const { flow, sourceFile } = file;
    for (const each of flow.allocations()) {
      if (!isFreshDisposable(file, each) || !mustBeDisposed(file, each)) continue;
      const { expression } = each;
      const leaving = isLost(file, each) ? "nowhere" : leftOpenAt(file, each);
      if (leaving === undefined) continue;
      const isNever = leaving === "nowhere";
      const why = isNever ? "nothing releases it" : `${whereLeft(file, leaving)} leaves it open`;
      // What is released on the other ways out would be released twice.
      const fix = isNever ? declareByUsing(file, each) : undefined;
      file.report({
        key: "must-dispose",
        node: expression,
        args: [`"${shortText(sourceFile, expression)}"`, why],
        related: isNever ? [] : placesLeft(file, leaving),
        ...(fix && { fix }),
      });
    }
  },
};

/** Whether the declaration of what is called has the tag, or that of the class that is made. */
export function mustBeDisposed({ tsInstance, checker }: TypedFile, { creation }: Allocation): boolean {
  const { declaration } = checker.getResolvedSignature(creation) ?? {};
  const declarations: (ts.Node | undefined)[] = [declaration];
  if (tsInstance.isNewExpression(creation))
    declarations.push(...(checker.getTypeAtLocation(creation).getSymbol()?.declarations ?? []));
  return declarations.some((each) => each !== undefined && isTagged(tsInstance, each));
}

/** Whether a function has the tag, or the constant or member that it is the value of. */
function isTagged(tsInstance: typeof ts, declaration: ts.Node): boolean {
  const sourceFile = declaration.getSourceFile();
  if (!sourceFile.text.includes("@mustDispose")) return false;
  for (let node = declaration; ; node = node.parent) {
    if (textOfTag(tsInstance, sourceFile, node, "mustDispose") !== undefined) return true;
    const { parent } = node;
    const isHeld =
      tsInstance.isVariableDeclaration(parent) ||
      tsInstance.isVariableDeclarationList(parent) ||
      tsInstance.isVariableStatement(parent) ||
      tsInstance.isPropertyDeclaration(parent) ||
      tsInstance.isPropertySignature(parent) ||
      tsInstance.isPropertyAssignment(parent);
    if (!isHeld) return false;
  }
}
