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

/** What may undo that a handle was put into one place, in the order of the text. */
interface Undoing {
  readonly assignments: ts.Node[];
  /** `delete`, and calls of a method that takes out. */
  readonly removals: ts.Node[];
}

/** By the text of the place. */
export type Undoings = ReadonlyMap<string, Undoing>;

/** Finds all in a function that may undo something of the kind. */
export function findUndoings(tsInstance: typeof ts, fn: Held["fn"]): Undoings {
  const found = new Map<string, Undoing>();
  const at = (target: ts.Expression): Undoing => {
    const text = plainText(target);
    const known = found.get(text);
    if (known !== undefined) return known;
    const made: Undoing = { assignments: [], removals: [] };
    found.set(text, made);
    return made;
  };
  walkCode(tsInstance, tsInstance.isSourceFile(fn) ? fn : fn.body!, (node) => {
    if (tsInstance.isBinaryExpression(node)) {
      if (node.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken) at(node.left).assignments.push(node);
    } else if (tsInstance.isDeleteExpression(node)) at(node.expression).removals.push(node);
    else if (tsInstance.isCallExpression(node) && tsInstance.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression;
      if (isTakingOut(name.text)) at(expression).removals.push(node);
    }
  });
  return found;
}

/**
 * Whether the function undoes what was done to `target` before the handle is released: it assigns to it again, deletes it,
 * or calls a method of it that takes out.
 */
export function isUndone(undoings: Undoings, target: ts.Expression, done: ts.Node): boolean {
  const undoing = undoings.get(plainText(target));
  if (undoing === undefined) return false;
  const last = undoing.assignments.at(-1);
  return (last !== undefined && last.pos >= done.end) || undoing.removals.some((each) => each !== done);
}

function plainText(expression: ts.Expression): string {
  return expression.getText().replace(/[\s!?]+/g, "");
}
