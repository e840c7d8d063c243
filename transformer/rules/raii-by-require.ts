import type ts from "typescript";
import { isMarkerName, type MarkerName } from "../1-analyze/markers";
import { outerExpression, walkCode } from "../syntax/nodes";
import type { SyntaxRule } from "./rule";

/** A marker taken out of `require("ts-raii")` or `await import("ts-raii")`: the compiler knows each by its import alone. */
export const raiiByRequire: SyntaxRule = {
  reports: ["raii-by-require"],
  check({ tsInstance, sourceFile, options, report }) {
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
      const what = isImport ? "a dynamic import" : "require()";
      for (const [marker, taken] of takenOut(tsInstance, node))
        report({ key: "raii-by-require", node: taken, args: [marker, what, options.importSource] });
    });
  },
};

/** Where markers are taken out of a module object: `….raii`, or by a pattern. */
function* takenOut(tsInstance: typeof ts, module: ts.Expression): Generator<[MarkerName, ts.Node]> {
  let outer = outerExpression(tsInstance, module);
  if (tsInstance.isAwaitExpression(outer.parent)) outer = outerExpression(tsInstance, outer.parent);
  const { parent } = outer;
  if (tsInstance.isPropertyAccessExpression(parent)) {
    const { text } = parent.name;
    if (isMarkerName(text)) yield [text, parent];
  }
  if (!tsInstance.isVariableDeclaration(parent) || !tsInstance.isObjectBindingPattern(parent.name)) return;
  for (const element of parent.name.elements) {
    const property = element.propertyName ?? element.name;
    if (tsInstance.isIdentifier(property) && isMarkerName(property.text)) yield [property.text, element];
  }
}
