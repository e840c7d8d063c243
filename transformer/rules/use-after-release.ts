import type ts from "typescript";
import type { Held } from "../flow/held";
import { isReleasedByOwner } from "../flow/released-by-owner";
import { mentionsEnd } from "../syntax/member-names";
import { contains, dominates, functionOf } from "../syntax/nodes";
import { fixByHolding } from "./helpers/fix-by-holding";
import { lineOf, relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A variable declared outside of a scope is used after it, and what it holds has been released. */
export const useAfterRelease: TypeRule = {
  reports: ["use-after-release"],
  check(file) {
    const { tsInstance, flow } = file;
    const seen = new Set<ts.Symbol>();
    if (flow.held.length > 0)
      for (const { left, right } of flow.nodes().assignments) {
        if (!tsInstance.isIdentifier(left) || flow.origins.of(right).length === 0) continue;
        const symbol = flow.variables.symbolOf(left);
        if (symbol === undefined || seen.has(symbol)) continue;
        seen.add(symbol);
        checkVariable(file, symbol);
      }
    checkReleasedByHand(file);
  },
};

/** Reports the first use of a variable after the scope of what it holds. */
function checkVariable(file: TypedFile, symbol: ts.Symbol): void {
  const { tsInstance, flow, sourceFile } = file;
  const { variables, origins } = flow;
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || tsInstance.isParameter(declaration)) return;
  const isOver = ({ scope, fn }: Held, use: ts.Node): boolean =>
    scope.end <= use.pos &&
    scope !== fn &&
    !tsInstance.isSourceFile(fn) &&
    scope !== fn.body &&
    contains(fn, declaration) &&
    !contains(scope, declaration);
  for (const use of variables.referencesTo(symbol)) {
    // Which of several values it has may hang together with how the use came to be reached.
    if (!isUse(tsInstance, use) || variables.valueAt(use) === undefined) continue;
    const found = origins
      .of(use)
      .find(({ held }) => isOver(held, use) && !isReleasedByOwner(tsInstance, flow, held));
    if (found === undefined) continue;
    const { held } = found;
    const acquired = lineOf(file, held.node.getStart(sourceFile));
    const ended = lineOf(file, held.scope.end - 1);
    const isOther = /^"[\w$]+"$/.test(held.name) && held.name !== `"${use.text}"`;
    const holding = `${held.isAsync ? "await " : ""}raii.function(…)`;
    file.report({
      key: "use-after-release",
      node: use,
      args: [
        isOther ? `${held.name}, which "${use.text}" holds,` : `What "${use.text}" holds`,
        `in line ${ended}, at the end of the block that acquired it in line ${acquired}`,
      ],
      help: held.isUsing
        ? "Move this use into that block, or acquire in the block that it stands in."
        : `Move this use into that block, or write ${holding} in line ${acquired}: that holds it until the function returns.`,
      related: relatedTo(file, held),
      ...fixByHolding(file, held),
    });
    return;
  }
}

/** `handle[Symbol.dispose]()` before the end of the scope, and a use after it. */
function checkReleasedByHand(file: TypedFile): void {
  const { tsInstance, flow, sourceFile } = file;
  for (const held of flow.held) {
    if (!tsInstance.isVariableDeclaration(held.node) || !tsInstance.isIdentifier(held.node.name)) continue;
    const symbol = flow.variables.symbolOf(held.node.name);
    if (symbol === undefined) continue;
    const mentions = flow.variables.referencesTo(symbol);
    const released = mentions.find((each) => isReleasedBy(tsInstance, each));
    if (released === undefined) continue;
    const use = mentions.find(
      (each) =>
        each.pos > released.end &&
        isUse(tsInstance, each) &&
        functionOf(tsInstance, each) === functionOf(tsInstance, released) &&
        dominates(tsInstance, released, each),
    );
    if (use === undefined) continue;
    const line = lineOf(file, released.getStart(sourceFile));
    const related = relatedTo(file, held);
    file.report({
      key: "use-after-release",
      node: use,
      args: [held.name, `by hand, in line ${line}`],
      help: "Use it before that, or leave it to the scope to release it.",
      related,
    });
  }
}

function isReleasedBy(tsInstance: typeof ts, { parent }: ts.Identifier): boolean {
  return (
    tsInstance.isElementAccessExpression(parent) &&
    /^Symbol\.(?:dispose|asyncDispose)$/.test(parent.argumentExpression.getText()) &&
    tsInstance.isCallExpression(parent.parent) &&
    parent.parent.expression === parent
  );
}

/**
 * Whether a mention of a variable uses what it holds: it is called, handed on, or a method of it is called. To read a
 * property is to look at what is left, as tests do.
 */
function isUse(tsInstance: typeof ts, use: ts.Expression): boolean {
  const { parent } = use;
  if (tsInstance.isNonNullExpression(parent)) return isUse(tsInstance, parent);
  if (tsInstance.isPropertyAccessExpression(parent))
    return (
      tsInstance.isCallExpression(parent.parent) &&
      parent.parent.expression === parent &&
      !mentionsEnd(parent.name.text) // `x.close()`, `x.isClosed()`: it is known to be over
    );
  return (
    tsInstance.isCallExpression(parent) ||
    tsInstance.isNewExpression(parent) ||
    tsInstance.isReturnStatement(parent)
  );
}
