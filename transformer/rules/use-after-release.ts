import type ts from "typescript";
import { contains } from "./flow/nodes";
import { lineOf, relatedTo } from "./related";
import type { Rule, TypedFile } from "./rule";

/** A variable declared outside of a scope is used after it, and what it holds has been released. */
export const useAfterRelease: Rule = {
  needsTypes: true,
  check(file) {
    const { tsInstance, flow, sourceFile } = file;
    const { variables, origins } = flow;
    const symbols = new Set<ts.Symbol>();
    for (const held of flow.held) {
      if (held.scope === held.fn || tsInstance.isSourceFile(held.fn) || held.scope === held.fn.body) continue;
      for (const target of assignedIn(file, held.scope)) {
        const symbol = variables.symbolOf(target);
        const declaration = symbol?.valueDeclaration;
        if (symbol === undefined || declaration === undefined || symbols.has(symbol)) continue;
        if (!contains(held.fn, declaration) || contains(held.scope, declaration)) continue;
        if (tsInstance.isParameter(declaration)) continue;
        symbols.add(symbol);
        for (const use of variables.referencesTo(symbol)) {
          if (use.pos < held.scope.end || !isUse(tsInstance, use)) continue;
          const found = origins.of(use).find((origin) => origin.held === held);
          if (found === undefined) continue;
          const line = lineOf(file, held.node.getStart(sourceFile));
          const name = `What "${use.text}" holds`;
          file.say({
            key: "use-after-release",
            node: use,
            args: [name, line],
            related: relatedTo(file, held),
          });
          break; // the first is enough
        }
      }
    }
  },
};

/** The variables that are assigned to in a scope. */
function* assignedIn({ tsInstance }: TypedFile, scope: ts.Node): Generator<ts.Identifier> {
  const pending: ts.Node[] = [scope];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (
      tsInstance.isBinaryExpression(node) &&
      node.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken &&
      tsInstance.isIdentifier(node.left)
    )
      yield node.left;
    tsInstance.forEachChild(node, (child) => void pending.push(child));
  }
}

/** Whether a mention of a variable uses what it holds: not to ask whether there is something, nor to give it another value. */
function isUse(tsInstance: typeof ts, use: ts.Identifier): boolean {
  const { parent } = use;
  return (
    (tsInstance.isPropertyAccessExpression(parent) && !isRelease(tsInstance, parent)) ||
    tsInstance.isElementAccessExpression(parent) ||
    tsInstance.isCallExpression(parent) ||
    tsInstance.isNewExpression(parent) ||
    tsInstance.isReturnStatement(parent) ||
    (tsInstance.isNonNullExpression(parent) && isUse(tsInstance, parent as never))
  );
}

/** `x.close()`, `x.isClosed`: a look at what is known to be over. */
function isRelease(_: typeof ts, { name }: ts.PropertyAccessExpression): boolean {
  return /clos|dispos|releas|destroy|ended|finish|stopped/i.test(name.text);
}
