import type ts from "typescript";
import { outerExpression, walkCode } from "./flow/nodes";
import type { Rule } from "./rule";

/** The marker taken out of `require("ts-raii")` or `await import("ts-raii")`: the compiler knows it by its import alone. */
export const raiiByRequire: Rule = {
  needsTypes: false,
  check({ tsInstance, sourceFile, options, say }) {
    const { text } = sourceFile;
    if (!text.includes(options.importSource) || !/\b(?:require|import)\s*\(/.test(text)) return;
    walkCode(tsInstance, sourceFile, (node) => {
      if (!tsInstance.isCallExpression(node)) return;
      const [source] = node.arguments;
      const isOfSource =
        source !== undefined &&
        tsInstance.isStringLiteralLike(source) &&
        source.text === options.importSource;
      if (!isOfSource) return;
      const isImport = node.expression.kind === tsInstance.SyntaxKind.ImportKeyword;
      const isRequire = tsInstance.isIdentifier(node.expression) && node.expression.text === "require";
      if (!isImport && !isRequire) return;
      const taken = takenOut(tsInstance, node);
      const what = isImport ? "a dynamic import" : "require()";
      if (taken !== undefined)
        say({ key: "raii-by-require", node: taken, args: [what, options.importSource] });
    });
  },
};

/** Where `raii` is taken out of a module object: `….raii`, or by a pattern. */
function takenOut(tsInstance: typeof ts, module: ts.Expression): ts.Node | undefined {
  let outer = outerExpression(tsInstance, module);
  if (tsInstance.isAwaitExpression(outer.parent)) outer = outerExpression(tsInstance, outer.parent);
  const { parent } = outer;
  if (tsInstance.isPropertyAccessExpression(parent)) return parent.name.text === "raii" ? parent : undefined;
  if (!tsInstance.isVariableDeclaration(parent) || !tsInstance.isObjectBindingPattern(parent.name)) return;
  return parent.name.elements.find(({ name, propertyName }) => {
    const property = propertyName ?? name;
    return tsInstance.isIdentifier(property) && property.text === "raii";
  });
}
