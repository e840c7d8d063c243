import type ts from "typescript";
import { walkCode } from "../syntax/nodes";
import type { FileNodes } from "./file-nodes";
import type { Types } from "./types";

/** What a call or `new` gives where it is a statement of its own, or all that a local constant is. */
export interface Allocation {
  /** The statement's expression, an `await` included, or the constant's initializer. */
  readonly expression: ts.Expression;
  readonly creation: ts.CallExpression | ts.NewExpression;
  readonly type: ts.Type;
  readonly constant: ts.Identifier | undefined;
}

/** Everything that a file makes so. @param nodes of the file, where they have been found already. */
export function findAllocations(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  types: Types,
  sourceFile: ts.SourceFile,
  nodes: Pick<FileNodes, "statements" | "declarations"> | undefined,
): readonly Allocation[] {
  const found: Allocation[] = [];

  const take = (expression: ts.Expression, constant?: ts.Identifier): void => {
    const isAwait = tsInstance.isAwaitExpression(expression);
    const creation = isAwait ? expression.expression : expression;
    if (!tsInstance.isCallExpression(creation) && !tsInstance.isNewExpression(creation)) return;
    const given = types.typeOf(creation);
    const type = isAwait ? checker.getAwaitedType(given) : given;
    if (type !== undefined) found.push({ expression, creation, type, constant });
  };

  const { statements, declarations } = nodes ?? findStatements(tsInstance, sourceFile);
  for (const { expression } of statements) takeParts(expression);
  for (const declaration of declarations) {
    const { name, initializer } = declaration;
    if (initializer !== undefined && tsInstance.isIdentifier(name) && isConstant(tsInstance, declaration))
      take(initializer, name);
  }
  return found;

  /** What a statement drops may depend on a condition. */
  function takeParts(expression: ts.Expression): void {
    const { SyntaxKind } = tsInstance;
    if (tsInstance.isConditionalExpression(expression)) {
      takeParts(expression.whenTrue);
      takeParts(expression.whenFalse);
    } else if (tsInstance.isBinaryExpression(expression)) {
      const { kind } = expression.operatorToken;
      const isGuard =
        kind === SyntaxKind.AmpersandAmpersandToken ||
        kind === SyntaxKind.BarBarToken ||
        kind === SyntaxKind.QuestionQuestionToken;
      if (isGuard) takeParts(expression.right);
    } else take(expression);
  }
}

/** The two kinds of a file of which nothing else is asked. */
function findStatements(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
): Pick<FileNodes, "statements" | "declarations"> {
  const { SyntaxKind } = tsInstance;
  const statements: ts.ExpressionStatement[] = [];
  const declarations: ts.VariableDeclaration[] = [];
  walkCode(tsInstance, sourceFile, (node) => {
    if (node.kind === SyntaxKind.ExpressionStatement) statements.push(node as ts.ExpressionStatement);
    else if (node.kind === SyntaxKind.VariableDeclaration) declarations.push(node as ts.VariableDeclaration);
  });
  return { statements, declarations };
}

/** A local `const`: what is exported may be used elsewhere. */
function isConstant(tsInstance: typeof ts, { parent }: ts.VariableDeclaration): boolean {
  const { Const, BlockScoped } = tsInstance.NodeFlags;
  if ((parent.flags & BlockScoped) !== Const || !tsInstance.isVariableStatement(parent.parent)) return false;
  return parent.parent.modifiers === undefined;
}
