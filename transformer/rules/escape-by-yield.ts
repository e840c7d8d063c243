import type ts from "typescript";
import { functionMeant } from "../flow/called";
import { contains, functionOf, plainName, shortText } from "../syntax/nodes";
import { lineOf } from "./helpers/related";
import { reportEscape } from "./helpers/report-escape";
import type { TypedFile, TypeRule } from "./rule";

/**
 * A generator yields a handle to who keeps it and goes on: `[...generator()]` has handles that have been released. A loop over
 * the generator uses each while it is held, so to yield a handle is no offence in itself.
 */
export const escapeByYield: TypeRule = {
  reports: ["escape"],
  check(file) {
    const { tsInstance, flow, sourceFile } = file;
    if (!flow.held.some(({ fn }) => "asteriskToken" in fn && fn.asteriskToken !== undefined)) return;
    for (const { call, collector } of collectedCalls(file)) {
      const fn = functionMeant(tsInstance, flow.variables, call.expression);
      if (fn === undefined) continue;
      const line = lineOf(file, collector.getStart(sourceFile));
      const verb = `yielded to "${shortText(sourceFile, collector)}" in line ${line}, which keeps it`;
      for (const { expression } of flow.nodes().yields) {
        if (expression === undefined || functionOf(tsInstance, expression) !== fn) continue;
        for (const origin of flow.origins.of(expression))
          if (origin.held.fn === fn && contains(origin.held.scope, expression))
            reportEscape(file, origin, verb);
      }
    }
  },
};

/** The calls of what is then read to its end, or taken the first of. */
function* collectedCalls({
  tsInstance,
  flow,
}: TypedFile): Generator<{ readonly call: ts.CallExpression; readonly collector: ts.Node }> {
  const { spreads, calls, declarations } = flow.nodes();
  for (const { expression, parent } of spreads)
    if (tsInstance.isCallExpression(expression)) yield { call: expression, collector: parent };
  for (const collector of calls) {
    const { expression: callee, arguments: args } = collector;
    const isToArray = tsInstance.isPropertyAccessExpression(callee) && callee.name.text === "toArray";
    const isFrom = plainName(tsInstance, callee) === "Array.from";
    const given = isToArray ? callee.expression : isFrom ? args[0] : undefined;
    if (given !== undefined && tsInstance.isCallExpression(given)) yield { call: given, collector };
  }
  for (const { name, initializer } of declarations)
    if (tsInstance.isArrayBindingPattern(name) && initializer && tsInstance.isCallExpression(initializer))
      yield { call: initializer, collector: name };
}
