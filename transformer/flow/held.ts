import type ts from "typescript";
import type { SourceFileModel } from "../1-analyze/model";
import type { RecordedAcquisition } from "../1-analyze/plan-function";
import type { FunctionNode } from "../syntax/function-node";
import { outerExpression, shortText } from "../syntax/nodes";

/** One acquisition, with the part of the text at whose end its handle is released. */
export interface Held {
  /** The `raii(x)` call, or one declaration of a `using`. */
  readonly node: ts.CallExpression | ts.VariableDeclaration;
  /** What is acquired; absent in the head of a loop, and where the code is not complete. */
  readonly resource: ts.Expression | undefined;
  readonly scope: ts.Node;
  readonly fn: FunctionNode | ts.SourceFile;
  readonly isUsing: boolean;
  /** `await raii(x)`, `await using`. */
  readonly isAsync: boolean;
  /** What a message calls the handle, in quotes. */
  readonly name: string;
}

/** Every acquisition of a file. */
export function findHeld(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  { functions, topLevel, fileIsAnnotated }: SourceFileModel,
): readonly Held[] {
  const held: Held[] = [];
  const add = (fn: FunctionNode | ts.SourceFile, each: RecordedAcquisition): void => {
    const { node, owner, isAsync } = each;
    const body = tsInstance.isSourceFile(fn) ? fn : fn.body!;
    const ownerNode = owner === "function" ? body : owner;
    if (tsInstance.isCallExpression(node)) {
      const name = nameOf(tsInstance, sourceFile, node);
      const [resource] = node.arguments;
      held.push({ node, resource, scope: ownerNode, fn, isUsing: false, isAsync, name });
      return;
    }
    // In the head of `for … of` each iteration owns what it declares; the head itself stands outside the body.
    const { parent } = node;
    const scope = tsInstance.isForOfStatement(parent) ? parent : ownerNode;
    for (const declaration of node.declarations) {
      const name = `"${tsInstance.isIdentifier(declaration.name) ? declaration.name.text : "?"}"`;
      const resource = declaration.initializer;
      held.push({ node: declaration, resource, scope, fn, isUsing: true, isAsync, name });
    }
  };
  for (const { node, isAnnotated, acquisitions } of functions)
    for (const each of acquisitions) {
      // A raii() that is not compiled acquires nothing, which is said already.
      if (each.marker === undefined || isAnnotated || fileIsAnnotated) add(node, each);
    }
  for (const each of topLevel) add(sourceFile, each);
  return held;
}

function nameOf(tsInstance: typeof ts, sourceFile: ts.SourceFile, call: ts.CallExpression): string {
  let outer = outerExpression(tsInstance, call);
  if (tsInstance.isAwaitExpression(outer.parent)) outer = outerExpression(tsInstance, outer.parent);
  const { parent } = outer;
  if (tsInstance.isVariableDeclaration(parent) && tsInstance.isIdentifier(parent.name))
    return `"${parent.name.text}"`;
  return `"${shortText(sourceFile, call)}"`;
}
