import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "./function-node";

/** Whether `inner` stands in `outer`, or is it. */
export function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}

/** The function whose code a node is, or the file. The body and the parameters of a function are its code. */
export function functionOf(tsInstance: typeof ts, node: ts.Node): FunctionNode | ts.SourceFile {
  let current = node.parent;
  while (!tsInstance.isSourceFile(current)) {
    if (isFunctionNode(tsInstance, current) || tsInstance.isClassStaticBlockDeclaration(current)) break;
    current = current.parent;
  }
  return current as FunctionNode | ts.SourceFile;
}

/** What holds an expression, once parentheses, casts and the like are looked through. */
export function outerExpression(tsInstance: typeof ts, node: ts.Expression): ts.Expression {
  let outer: ts.Expression = node;
  for (;;) {
    const { parent } = outer;
    if (
      tsInstance.isParenthesizedExpression(parent) ||
      tsInstance.isAsExpression(parent) ||
      tsInstance.isNonNullExpression(parent) ||
      tsInstance.isSatisfiesExpression(parent) ||
      tsInstance.isTypeAssertionExpression(parent)
    )
      outer = parent;
    else return outer;
  }
}

/**
 * Whether a node stands for a type. What a class extends is a value; of the keywords that are types it is not asked, for
 * nothing stands in them.
 *
 * Walks ask it of every node of a file. So kinds are compared: a function of the compiler costs a lookup among thousands.
 */
export function isType(tsInstance: typeof ts, node: ts.Node): boolean {
  const { kind } = node;
  const { FirstTypeNode, LastTypeNode, FirstJSDocNode } = tsInstance.SyntaxKind;
  if (kind < FirstTypeNode) return false;
  return kind <= LastTypeNode || (kind >= FirstJSDocNode && tsInstance.isTypeNode(node));
}

/** Visits what is below `node` in the order of the text; types are left out. @param visit returns `false` to not go below. */
export function walkCode(tsInstance: typeof ts, node: ts.Node, visit: (node: ts.Node) => unknown): void {
  const { InterfaceDeclaration, LastToken, TypeAliasDeclaration } = tsInstance.SyntaxKind;
  const pending: ts.Node[] = [node];
  const add = (child: ts.Node): void => {
    if (child.kind === InterfaceDeclaration || child.kind === TypeAliasDeclaration) return;
    if (child.kind <= LastToken || !isType(tsInstance, child)) pending.push(child);
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next !== node && (visit(next) === false || next.kind <= LastToken)) continue;
    let first = pending.length;
    tsInstance.forEachChild(next, add);
    // The last is taken first: no list for each node, for there are many.
    for (let last = pending.length - 1; first < last; first++, last--) {
      const child = pending[first]!;
      pending[first] = pending[last]!;
      pending[last] = child;
    }
  }
}

/** Whether an identifier stands for a value, and does not name a property, a declaration or a label. */
export function isReference(tsInstance: typeof ts, identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  const { name, propertyName, label } = parent as { name?: ts.Node; propertyName?: ts.Node; label?: ts.Node };
  if (identifier !== name && identifier !== propertyName && identifier !== label) return true;
  // Here the name is a value, too: `{ file }`, `export { file }`; of `export { file as other }` the first.
  if (tsInstance.isShorthandPropertyAssignment(parent)) return true;
  return tsInstance.isExportSpecifier(parent) && (propertyName ?? name) === identifier;
}

/** Whether an operator assigns. */
export function isAssignmentOperator(tsInstance: typeof ts, kind: ts.SyntaxKind): boolean {
  return kind >= tsInstance.SyntaxKind.FirstAssignment && kind <= tsInstance.SyntaxKind.LastAssignment;
}

/** `null`, `undefined`, `void 0`: no value. */
export function isNothing(tsInstance: typeof ts, expression: ts.Expression): boolean {
  return (
    expression.kind === tsInstance.SyntaxKind.NullKeyword ||
    tsInstance.isVoidExpression(expression) ||
    (tsInstance.isIdentifier(expression) && expression.text === "undefined")
  );
}

/** `a` or `a.b`, as it is written; empty for everything else. */
export function plainName(tsInstance: typeof ts, expression: ts.Expression): string {
  if (tsInstance.isIdentifier(expression)) return expression.text;
  if (!tsInstance.isPropertyAccessExpression(expression)) return "";
  const { expression: object, name } = expression;
  return tsInstance.isIdentifier(object) ? `${object.text}.${name.text}` : "";
}

/** The part of a source text that a message can show in one line. */
export function shortText(sourceFile: ts.SourceFile, node: ts.Node): string {
  const text = sourceFile.text.slice(node.getStart(sourceFile), node.end).replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/**
 * Whether every way to `use`, later in the text, has passed `write`: the list of statements that the latter stands
 * in holds both.
 */
export function dominates(tsInstance: typeof ts, write: ts.Node, use: ts.Node): boolean {
  let current: ts.Node = write;
  for (;;) {
    const { parent } = current;
    if (isList(tsInstance, parent)) {
      if (contains(parent, use)) return true;
      // A block that is a statement of its own always runs, and so does a `finally`.
      const { parent: around } = parent;
      const isFinally = tsInstance.isTryStatement(around) && around.finallyBlock === parent;
      if (!tsInstance.isBlock(parent) || !(isFinally || isList(tsInstance, around))) return false;
      if (isFinally) {
        current = around;
        continue;
      }
    }
    const isConditional =
      tsInstance.isConditionalExpression(parent) ||
      (tsInstance.isStatement(current) && !isList(tsInstance, parent)) ||
      (tsInstance.isBinaryExpression(parent) &&
        parent.right === current &&
        !isAssignmentOperator(tsInstance, parent.operatorToken.kind));
    if (isConditional) return false;
    current = parent;
  }
}

function isList(tsInstance: typeof ts, node: ts.Node): boolean {
  return (
    tsInstance.isBlock(node) ||
    tsInstance.isSourceFile(node) ||
    tsInstance.isModuleBlock(node) ||
    tsInstance.isCaseOrDefaultClause(node)
  );
}
