import type ts from "typescript";
import { writesReaching } from "../flow/definitions";
import type { Held } from "../flow/held";
import { contains } from "../syntax/nodes";
import { lineOf, relatedTo } from "./helpers/related";
import { isSuppressing } from "./helpers/suppressing";
import type { TypedFile, TypeRule } from "./rule";

/**
 * A block that is left by a suppressed error may not have come to its assignments: `let x: T; { raii(suppress()); x = f(); }
 * use(x)`. The type checker sees no such way, and takes the variable for assigned.
 */
export const unassignedAfterSuppression: TypeRule = {
  reports: ["unassigned-after-suppression"],
  check(file) {
    const { tsInstance, flow } = file;
    const seen = new Set<ts.Symbol>();
    for (const held of flow.held) {
      const { fn, scope, resource, isUsing } = held;
      if (isUsing || resource === undefined || tsInstance.isSourceFile(fn) || scope === fn.body) continue;
      if (!isSuppressing(file, resource)) continue;
      for (const symbol of assignedIn(file, held))
        if (!seen.has(symbol) && checkVariable(file, held, symbol)) seen.add(symbol);
    }
  },
};

/** The variables that a block first gives a value, once its resource is there: nothing has given them one before. */
function assignedIn({ tsInstance, flow }: TypedFile, { scope, node, fn }: Held): ReadonlySet<ts.Symbol> {
  const { variables } = flow;
  const found = new Set<ts.Symbol>();
  const take = (name: ts.Node): void => {
    const symbol = tsInstance.isIdentifier(name) ? variables.symbolOf(name) : undefined;
    const declaration = symbol?.valueDeclaration;
    if (symbol === undefined || declaration === undefined || !tsInstance.isVariableDeclaration(declaration))
      return;
    if (declaration.getSourceFile() !== fn.getSourceFile() || !contains(fn, declaration)) return;
    const isBefore = (each: ts.Node): boolean => each.pos < node.end;
    if (!variables.writesTo(symbol).some((write) => isBefore(write.node))) found.add(symbol);
  };
  for (const { left, pos } of flow.nodes().assignments) if (node.end <= pos && pos < scope.end) take(left);
  for (const declaration of flow.nodes().declarations) {
    const isVar = (declaration.parent.flags & tsInstance.NodeFlags.BlockScoped) === 0;
    if (isVar && node.end <= declaration.pos && declaration.pos < scope.end) take(declaration.name);
  }
  return found;
}

/** Reports the first use of a variable, after a block, that has what the block would have given it. */
function checkVariable(file: TypedFile, held: Held, symbol: ts.Symbol): boolean {
  const { tsInstance, checker, flow, sourceFile } = file;
  const { variables } = flow;
  if (admitsNothing(file, checker.getTypeOfSymbol(symbol))) return false;
  const uses = variables.referencesTo(symbol).filter(({ pos }) => pos >= held.scope.end);
  if (uses.some((each) => asksForNothing(tsInstance, each))) return false;
  const use = uses.find((each) => {
    const definition = variables.definitionAt(each);
    if (definition === undefined || isTarget(tsInstance, each)) return false;
    return [...writesReaching(definition)].some((write) => contains(held.scope, write.node));
  });
  if (use === undefined) return false;
  const line = lineOf(file, held.node.getStart(sourceFile));
  const args = [`"${use.text}"`, held.name, line];
  file.report({ key: "unassigned-after-suppression", node: use, args, related: relatedTo(file, held) });
  return true;
}

function isTarget(tsInstance: typeof ts, { parent, pos }: ts.Identifier): boolean {
  return tsInstance.isBinaryExpression(parent) && parent.left.pos === pos && isAssignment(tsInstance, parent);
}

function isAssignment(tsInstance: typeof ts, { operatorToken }: ts.BinaryExpression): boolean {
  return operatorToken.kind === tsInstance.SyntaxKind.EqualsToken;
}

/** Whether a mention looks if there is a value: `x ?? 0`, `x === undefined`, `!x`, `if (x)`, `x?.y` */
function asksForNothing(tsInstance: typeof ts, use: ts.Identifier): boolean {
  const { parent } = use;
  const { SyntaxKind } = tsInstance;
  if (tsInstance.isPropertyAccessExpression(parent)) return parent.questionDotToken !== undefined;
  if (tsInstance.isPrefixUnaryExpression(parent)) return parent.operator === SyntaxKind.ExclamationToken;
  if (tsInstance.isTypeOfExpression(parent)) return true;
  if (tsInstance.isIfStatement(parent) || tsInstance.isConditionalExpression(parent))
    return ("expression" in parent ? parent.expression : parent.condition) === use;
  if (!tsInstance.isBinaryExpression(parent)) return false;
  switch (parent.operatorToken.kind) {
    case SyntaxKind.QuestionQuestionToken:
    case SyntaxKind.QuestionQuestionEqualsToken:
    case SyntaxKind.BarBarToken:
    case SyntaxKind.BarBarEqualsToken:
    case SyntaxKind.AmpersandAmpersandToken:
      return parent.left === use;
    case SyntaxKind.EqualsEqualsToken:
    case SyntaxKind.EqualsEqualsEqualsToken:
    case SyntaxKind.ExclamationEqualsToken:
    case SyntaxKind.ExclamationEqualsEqualsToken:
      return /^(?:undefined|null)$/.test((parent.left === use ? parent.right : parent.left).getText());
  }
  return false;
}

/** Whether a type admits that there is nothing. */
function admitsNothing({ tsInstance }: TypedFile, type: ts.Type): boolean {
  const { Undefined, Void, Any, Unknown, Never } = tsInstance.TypeFlags;
  const admitting = Undefined | Void | Any | Unknown | Never;
  return (type.isUnion() ? type.types : [type]).some(({ flags }) => (flags & admitting) !== 0);
}
