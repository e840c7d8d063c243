import type ts from "typescript";

/**
 * Visits all that is below `node`, in no order that means anything, without recursion: an expression can be thousands deep.
 * @param visit returns `false` where nothing below is to be visited.
 */
export function forEachDescendant(
  tsInstance: typeof ts,
  node: ts.Node,
  visit: (node: ts.Node) => unknown,
): void {
  const pending: ts.Node[] = [];
  const add = (child: ts.Node): void => void pending.push(child);
  tsInstance.forEachChild(node, add);
  for (let child = pending.pop(); child !== undefined; child = pending.pop()) {
    if (visit(child) !== false) tsInstance.forEachChild(child, add);
  }
}
