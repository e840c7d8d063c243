import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import { relatedTo } from "./helpers/related";
import { isSuppressing } from "./helpers/suppressing";
import type { TypedFile, TypeRule } from "./rule";

/** A function gives `undefined` where a resource in its body suppresses an error (S5), and its type does not say so. */
export const suppression: TypeRule = {
  reports: ["suppression"],
  check(file) {
    const { tsInstance, flow } = file;
    for (const held of flow.held) {
      const { fn, scope, resource, node, isUsing } = held;
      if (isUsing || resource === undefined || tsInstance.isSourceFile(fn) || scope !== fn.body) continue;
      if (tsInstance.isConstructorDeclaration(fn) || admitsUndefined(file, fn)) continue;
      if (!isSuppressing(file, resource)) continue;
      file.report({ key: "suppression", node, args: [held.name], related: relatedTo(file, held) });
    }
  },
};

/** Whether what a function returns, or promises, may be `undefined` as far as its type says. */
function admitsUndefined({ tsInstance, checker }: TypedFile, fn: ts.SignatureDeclaration): boolean {
  const signature = checker.getSignatureFromDeclaration(fn);
  const { isAsync, isGenerator } = kindOf(tsInstance, fn as never);
  if (signature === undefined || isGenerator) return true;
  let type = signature.getReturnType();
  if (isAsync) type = checker.getAwaitedType(type) ?? type;
  const { Undefined, Void, Any, Unknown, Never, Instantiable } = tsInstance.TypeFlags;
  const admitting = Undefined | Void | Any | Unknown | Never | Instantiable;
  return (type.isUnion() ? type.types : [type]).some(({ flags }) => (flags & admitting) !== 0);
}
