import type ts from "typescript";

/** Whether `child` is an identifier by which `node` names something (itself, a property, a label), and refers to nothing. */
export function isOwnName(tsInstance: typeof ts, node: ts.Node, child: ts.Node): boolean {
  if (!tsInstance.isIdentifier(child) || tsInstance.isShorthandPropertyAssignment(node)) return false;
  const { name, propertyName, label } = node as { name?: ts.Node; propertyName?: ts.Node; label?: ts.Node };
  return child === name || child === propertyName || child === label;
}
