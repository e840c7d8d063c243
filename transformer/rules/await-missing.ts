import { kindOf } from "../1-analyze/plan-function";
import { insertAwait } from "../fixes/insert-await";
import { shortText } from "../syntax/nodes";
import type { TypeRule } from "./rule";

/** A resource that takes time, or a promise of one, acquired as if it did not. */
export const awaitMissing: TypeRule = {
  reports: ["await-missing"],
  check(file) {
    const { tsInstance, checker, flow, sourceFile } = file;
    for (const { node, resource, isUsing, isAsync, fn } of flow.held) {
      if (isUsing || isAsync || resource === undefined || tsInstance.isSourceFile(fn)) continue;
      const kinds = [...flow.types.kindsOf(checker.getTypeAtLocation(resource))].filter(
        (kind) => kind !== "none",
      );
      if (kinds.length === 0 || !kinds.every((kind) => kind === "async" || kind === "promise")) continue;
      const isPromise = kinds.includes("promise");
      const canAwait = kindOf(tsInstance, fn).isAsync;
      file.report({
        key: "await-missing",
        node,
        args: isPromise
          ? ["a promise", "what it promises is what can be acquired"]
          : ["an asynchronous resource", "its acquisition and its release take time"],
        help: `Write await ${shortText(sourceFile, node)}${canAwait ? "" : ", in an async function"}.`,
        ...(canAwait && { fix: insertAwait(file, node) }),
      });
    }
  },
};
