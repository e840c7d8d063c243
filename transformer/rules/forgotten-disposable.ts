import { declareByUsing } from "../fixes/declare-by-using";
import { isFreshDisposable, isLost } from "../flow/lost";
import { shortText } from "../syntax/nodes";
import { mustBeDisposed } from "./must-dispose";
import type { TypeRule } from "./rule";

/** A Disposable that is made and dropped, or kept in a constant that nothing releases: where this is asked for. */
export const forgottenDisposable: TypeRule = {
  reports: ["forgotten-disposable"],
  check(file) {
    const { flow, sourceFile } = file;
    for (const each of flow.allocations()) {
      if (!isFreshDisposable(file, each) || !isLost(file, each) || mustBeDisposed(file, each)) continue;
      const { expression } = each;
      const args = [`"${shortText(sourceFile, expression)}"`];
      const fix = declareByUsing(file, each);
      file.report({ key: "forgotten-disposable", node: expression, args, ...(fix && { fix }) });
    }
  },
};
