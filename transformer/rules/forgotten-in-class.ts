import type ts from "typescript";
import { isNewStack, letsGo } from "../flow/lost";
import { packageFunction } from "../flow/package-functions";
import { contains, shortText } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { TypedFile, TypeRule } from "./rule";

/**
 * A private member of a class holds what was moved, or a stack, and nothing in the class releases it. Where others see the
 * member, they may.
 */
export const forgottenInClass: TypeRule = {
  reports: ["forgotten"],
  check(file) {
    const { tsInstance, flow, sourceFile } = file;
    if (
      !/\b(?:move|moveAsync|popAll|ExitStack|AsyncExitStack|DisposableStack|AsyncDisposableStack)\b/.test(
        sourceFile.text,
      )
    )
      return;
    for (const { left, right } of flow.nodes().assignments) {
      const isOfThis =
        tsInstance.isPropertyAccessExpression(left) &&
        left.expression.kind === tsInstance.SyntaxKind.ThisKeyword;
      if (isOfThis && isOwning(file, right)) checkMember(file, left.name, right);
    }
    for (const { expression } of newExpressions(file)) {
      const { parent } = expression;
      if (tsInstance.isPropertyDeclaration(parent) && parent.initializer === expression)
        checkMember(file, parent.name, expression);
    }
  },
};

/** The stacks that members are declared with. */
function newExpressions({ tsInstance, sourceFile }: TypedFile): { readonly expression: ts.Expression }[] {
  const found: { readonly expression: ts.Expression }[] = [];
  const visit = (node: ts.Node): void => {
    if (tsInstance.isClassLike(node))
      for (const { initializer } of node.members.filter(tsInstance.isPropertyDeclaration))
        if (initializer !== undefined && isNewStack(tsInstance, initializer))
          found.push({ expression: initializer });
    tsInstance.forEachChild(node, visit);
  };
  if (/Stack\b/.test(sourceFile.text)) visit(sourceFile);
  return found;
}

/** `move(handle)`, `stack.popAll()`, `stack.move()`, `new ExitStack()`, also where `disposable()` makes one of it. */
function isOwning(file: TypedFile, value: ts.Expression): boolean {
  const { tsInstance, checker, flow } = file;
  const node = skipOuterExpressions(tsInstance, value);
  if (isNewStack(tsInstance, node)) return true;
  if (tsInstance.isAwaitExpression(node)) return isOwning(file, node.expression);
  if (!tsInstance.isCallExpression(node)) return false;
  if (flow.moves.some((move) => move.node === node)) return true;
  const { expression: callee, arguments: given } = node;
  if (/^(?:asyncD|d)isposable$/.test(packageFunction(file, callee) ?? ""))
    return given[0] !== undefined && isOwning(file, given[0]);
  if (!tsInstance.isPropertyAccessExpression(callee)) return false;
  if (callee.name.text === "popAll") return true;
  const owner = checker.getTypeAtLocation(callee.expression).getSymbol()?.name ?? "";
  return callee.name.text === "move" && /DisposableStack$/.test(owner);
}

function checkMember(file: TypedFile, name: ts.PropertyName | ts.MemberName, value: ts.Expression): void {
  const { tsInstance, checker, flow, sourceFile } = file;
  const symbol = checker.getSymbolAtLocation(name);
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined || !isPrivate(tsInstance, declaration)) return;
  const { parent: owner } = declaration;
  if (!tsInstance.isClassLike(owner) || isTakenApart(file, owner)) return;
  const type = checker.getTypeOfSymbol(symbol!);
  const isReleased = flow.nodes().members.some((each) => {
    if (each.name.text !== name.getText() || !contains(owner, each)) return false;
    const isWritten = tsInstance.isBinaryExpression(each.parent) && each.parent.left === each;
    return !isWritten && letsGo(file, each, type);
  });
  if (isReleased) return;
  const args = [
    `"${shortText(sourceFile, value)}"`,
    `is never acquired: nothing in the class releases what "${name.getText()}" keeps`,
  ];
  file.report({ key: "forgotten", node: value, args });
}

/** `#member`, `private member`, also as a parameter of the constructor. */
function isPrivate(tsInstance: typeof ts, declaration: ts.Declaration): boolean {
  const { name } = declaration as ts.NamedDeclaration;
  if (name !== undefined && tsInstance.isPrivateIdentifier(name)) return true;
  return (tsInstance.getCombinedModifierFlags(declaration) & tsInstance.ModifierFlags.Private) !== 0;
}

/** `const { member } = this`, `{ ...this }`, `this["member"]`, `f(this)`: then it is not seen what becomes of a member. */
function isTakenApart({ tsInstance }: TypedFile, owner: ts.Node): boolean {
  let isTaken = false;
  const visit = (node: ts.Node): void => {
    if (isTaken) return;
    if (node.kind === tsInstance.SyntaxKind.ThisKeyword) {
      const { parent } = node;
      isTaken = !tsInstance.isPropertyAccessExpression(parent) && !tsInstance.isReturnStatement(parent);
    }
    tsInstance.forEachChild(node, visit);
  };
  visit(owner);
  return isTaken;
}
