import type ts from "typescript";
import { isTakingOut } from "../syntax/member-names";
import { contains, walkCode } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Held } from "./held";
import type { Variables } from "./variables";

/** How long what something is assigned to, or put into, lives, seen from a handle. */
export type Lifetime =
  /** It ends with the scope of the handle, or before. */
  | "inside"
  /** A variable of the same function, declared outside of that scope. */
  | "function"
  /** A parameter of that function: it belongs to the caller. */
  | "parameter"
  /** `this`, a variable of the module or of a function around, a global. */
  | "beyond"
  /** It cannot be told. */
  | "unknown";

/** The variable or `this` at the root of `a.b[c].d`. */
export function rootOf(tsInstance: typeof ts, expression: ts.Expression): ts.Expression {
  let root = skipOuterExpressions(tsInstance, expression);
  while (tsInstance.isPropertyAccessExpression(root) || tsInstance.isElementAccessExpression(root))
    root = skipOuterExpressions(tsInstance, root.expression);
  return root;
}

export function lifetimeOf(
  tsInstance: typeof ts,
  variables: Variables,
  held: Held,
  target: ts.Expression,
): Lifetime {
  const root = rootOf(tsInstance, target);
  if (root.kind === tsInstance.SyntaxKind.ThisKeyword) return "beyond";
  if (!tsInstance.isIdentifier(root)) return "unknown";
  if (/^(?:globalThis|window|global|self)$/.test(root.text)) return "beyond";
  const declaration = variables.symbolOf(root)?.declarations?.[0];
  if (declaration === undefined) return "unknown";
  if (declaration.getSourceFile() !== root.getSourceFile()) return "beyond";
  if (contains(held.scope, declaration)) return "inside";
  if (tsInstance.isImportClause(declaration) || tsInstance.isImportSpecifier(declaration)) return "beyond";
  if (!contains(held.fn, declaration)) return "beyond";
  return tsInstance.isParameter(declaration) ? "parameter" : "function";
}

/**
 * Whether the function undoes what was done to `target` before the handle is released: it assigns to it again, deletes
 * it, or calls a method of it that takes out.
 */
export function isUndone(tsInstance: typeof ts, held: Held, target: ts.Expression, done: ts.Node): boolean {
  const text = plainText(target);
  let undone = false;
  walkCode(tsInstance, tsInstance.isSourceFile(held.fn) ? held.fn : held.fn.body!, (node) => {
    if (undone || node === done) return !undone;
    if (tsInstance.isBinaryExpression(node)) {
      const isAssignment = node.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken;
      undone = isAssignment && node.pos >= done.end && plainText(node.left) === text;
    } else if (tsInstance.isDeleteExpression(node)) {
      undone = plainText(node.expression) === text;
    } else if (tsInstance.isCallExpression(node) && tsInstance.isPropertyAccessExpression(node.expression)) {
      undone = isTakingOut(node.expression.name.text) && plainText(node.expression.expression) === text;
    }
    return !undone;
  });
  return undone;
}

function plainText(expression: ts.Expression): string {
  return expression.getText().replace(/[\s!?]+/g, "");
}
