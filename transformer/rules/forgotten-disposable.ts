import { declareByUsing } from "../fixes/declare-by-using";
import { endsByItself, isFreshDisposable, isLost } from "../flow/lost";
import { functionOf, shortText } from "../syntax/nodes";
import { mustBeDisposed } from "./must-dispose";
import type { TypeRule } from "./rule";

/** A Disposable that is made and dropped, or kept in a constant that nothing releases: where this is asked for. */
export const forgottenDisposable: TypeRule = {
  reports: ["forgotten-disposable"],
  check(file) {
    const { tsInstance, flow, sourceFile } = file;
    for (const each of flow.allocations()) {
      const { expression, constant, type } = each;
      if (!isFreshDisposable(file, each) || endsByItself(type) || mustBeDisposed(file, each)) continue;
      // A constant of the module lives as long as the process.
      if (constant !== undefined && tsInstance.isSourceFile(functionOf(tsInstance, expression))) continue;
      if (!isLost(file, each)) continue;
      const args = [`"${shortText(sourceFile, expression)}"`];
      const fix = declareByUsing(file, each);
      file.report({ key: "forgotten-disposable", node: expression, args, ...(fix && { fix }) });
    }
  },
};
