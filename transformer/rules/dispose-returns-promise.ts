import { shortText } from "../syntax/nodes";
import type { TypeRule } from "./rule";

/** A synchronous dispose method that is async: nobody awaits it, and what it rejects with is unhandled. */
export const disposeReturnsPromise: TypeRule = {
  reports: ["dispose-returns-promise"],
  check(file) {
    const { checker, flow, sourceFile } = file;
    for (const { resource, isAsync } of flow.held) {
      if (isAsync || resource === undefined) continue;
      const type = checker.getNonNullableType(checker.getTypeAtLocation(resource));
      const dispose = flow.types.disposeOf(type);
      if (dispose === undefined) continue;
      const signatures = checker.getTypeOfSymbol(dispose).getCallSignatures();
      const isAsyncMethod =
        signatures.length > 0 && signatures.every((each) => flow.types.isPromise(each.getReturnType()));
      if (!isAsyncMethod) continue;
      file.report({
        key: "dispose-returns-promise",
        node: resource,
        args: [`"${shortText(sourceFile, resource)}"`],
      });
    }
  },
};
