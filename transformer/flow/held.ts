import type ts from "typescript";
import type { SourceFileModel } from "../1-analyze/model";
import type { RecordedAcquisition } from "../1-analyze/plan-function";
import type { FunctionNode } from "../syntax/function-node";
import { outerExpression, shortText } from "../syntax/nodes";
import { assignsValue } from "./file-nodes";

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

/** The variable that a handle ends in; else the call. */
function nameOf(tsInstance: typeof ts, sourceFile: ts.SourceFile, call: ts.CallExpression): string {
  let value: ts.Expression = call;
  for (;;) {
    value = outerExpression(tsInstance, value);
    const { parent } = value;
    const isHandedOn =
      tsInstance.isAwaitExpression(parent) ||
      (tsInstance.isConditionalExpression(parent) && parent.condition !== value) ||
      (tsInstance.isBinaryExpression(parent) && isChoice(tsInstance, parent.operatorToken.kind));
    if (!isHandedOn) break;
    value = parent;
  }
  // Of a handle that is taken apart no variable has the whole.
  const target = targetOf(tsInstance, value);
  const named = target && tsInstance.isIdentifier(target) ? target : call;
  return `"${shortText(sourceFile, named)}"`;
}

/** `a ?? b`, `a || b`, `a && b`, `a, b`: may give the value of one side. */
function isChoice({ SyntaxKind }: typeof ts, operator: ts.SyntaxKind): boolean {
  return (
    operator === SyntaxKind.QuestionQuestionToken ||
    operator === SyntaxKind.BarBarToken ||
    operator === SyntaxKind.AmpersandAmpersandToken ||
    operator === SyntaxKind.CommaToken
  );
}

/** The name or the pattern that a value is given to. */
function targetOf(tsInstance: typeof ts, value: ts.Expression): ts.Node | undefined {
  const { parent } = value;
  if (tsInstance.isVariableDeclaration(parent)) return parent.name;
  if (tsInstance.isBinaryExpression(parent))
    return tsInstance.isIdentifier(parent.left) && assignsValue(tsInstance, parent.operatorToken.kind)
      ? parent.left
      : undefined;
  // `const [a, b] = [raii(x), raii(y)]`, `const { a } = { a: raii(x) }`
  if (tsInstance.isArrayLiteralExpression(parent)) {
    const pattern = targetOf(tsInstance, outerExpression(tsInstance, parent));
    const element =
      pattern && tsInstance.isArrayBindingPattern(pattern)
        ? pattern.elements[parent.elements.indexOf(value)]
        : undefined;
    return element && tsInstance.isBindingElement(element) ? element.name : undefined;
  }
  if (!tsInstance.isPropertyAssignment(parent)) return undefined;
  const pattern = targetOf(tsInstance, outerExpression(tsInstance, parent.parent));
  const name = parent.name.getText();
  return pattern && tsInstance.isObjectBindingPattern(pattern)
    ? pattern.elements.find((each) => (each.propertyName ?? each.name).getText() === name)?.name
    : undefined;
}
