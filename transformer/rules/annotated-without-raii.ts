import { describeFunction, isCancellable } from "../1-analyze/plan-function";
import { removeDirective } from "../fixes/remove-directive";
import { annotationBy, directivePrologue } from "../syntax/find-directives";
import type { SyntaxRule } from "./rule";

/** An annotation that does nothing. */
export const annotatedWithoutRaii: SyntaxRule = {
  reports: ["annotated-without-raii"],
  // It is silent in a function where the fix of another finding acquires something.
  after: ["forgotten", "resource-as-handle"],
  check({ tsInstance, sourceFile, model, report, acquiringByFix }) {
    for (const record of model?.functions ?? []) {
      const { node, isAnnotated, acquisitions, moves } = record;
      if (
        !isAnnotated ||
        acquisitions.length + moves.length > 0 ||
        isCancellable(tsInstance, record) ||
        !node.body ||
        !tsInstance.isBlock(node.body)
      )
        continue;
      if (acquiringByFix.has(node)) continue;
      const directive = [...directivePrologue(tsInstance, node.body.statements)].find(annotationBy);
      if (directive === undefined) continue; // a tag, which documents as well
      const description = describeFunction(tsInstance, record);
      report({
        key: "annotated-without-raii",
        node: directive,
        args: [description[0]!.toUpperCase() + description.slice(1)],
        fix: removeDirective(sourceFile, directive),
      });
    }
  },
};
