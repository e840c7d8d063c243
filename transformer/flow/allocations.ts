import type ts from "typescript";
import { walkCode } from "../syntax/nodes";
import type { FileNodes } from "./file-nodes";
import type { Types } from "./types";

/** What a call or `new` gives where it is a statement of its own, or all that a local variable is. */
export interface Allocation {
  /** The statement's expression, an `await` included, or the variable's initializer. */
  readonly expression: ts.Expression;
  readonly creation: ts.CallExpression | ts.NewExpression;
  readonly type: ts.Type;
  readonly constant: ts.Identifier | undefined;
}

type AllocatingNodes = Pick<FileNodes, "statements" | "declarations" | "arrows">;

/** Everything that a file makes so. @param nodes of the file, where they have been found already. */
export function findAllocations(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  types: Types,
  sourceFile: ts.SourceFile,
  nodes: AllocatingNodes | undefined,
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

  const { statements, declarations, arrows } = nodes ?? findStatements(tsInstance, sourceFile);
  for (const { expression } of statements) takeParts(expression);
  for (const arrow of arrows) if (isDropped(arrow)) takeParts(arrow.body as ts.Expression);
  for (const declaration of declarations) {
    const { name, initializer } = declaration;
    if (initializer !== undefined && tsInstance.isIdentifier(name) && isLocal(tsInstance, declaration))
      take(initializer, name);
  }
  return found;

  /** Whether whoever calls a function, `names.forEach((name) => open(name))`, does not look at what it gives. */
  function isDropped(arrow: ts.ArrowFunction): boolean {
    const { body } = arrow;
    if (tsInstance.isBlock(body) || !tsInstance.isCallExpression(arrow.parent)) return false;
    if (!tsInstance.isCallExpression(body) && !tsInstance.isNewExpression(body)) return false;
    if (types.kindsOf(types.typeOf(body)).has("other")) return false;
    const [signature] = checker.getContextualType(arrow)?.getCallSignatures() ?? [];
    return signature !== undefined && (signature.getReturnType().flags & tsInstance.TypeFlags.Void) !== 0;
  }

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

/** The kinds of a file of which nothing else is asked. */
function findStatements(tsInstance: typeof ts, sourceFile: ts.SourceFile): AllocatingNodes {
  const { SyntaxKind } = tsInstance;
  const statements: ts.ExpressionStatement[] = [];
  const declarations: ts.VariableDeclaration[] = [];
  const arrows: ts.ArrowFunction[] = [];
  walkCode(tsInstance, sourceFile, (node) => {
    if (node.kind === SyntaxKind.ExpressionStatement) statements.push(node as ts.ExpressionStatement);
    else if (node.kind === SyntaxKind.VariableDeclaration) declarations.push(node as ts.VariableDeclaration);
    else if (node.kind === SyntaxKind.ArrowFunction) arrows.push(node as ts.ArrowFunction);
  });
  return { statements, declarations, arrows };
}

/** A local `const` or `let`: what is exported may be used elsewhere. */
function isLocal(tsInstance: typeof ts, { parent }: ts.VariableDeclaration): boolean {
  const { Const, Let, BlockScoped } = tsInstance.NodeFlags;
  const kind = parent.flags & BlockScoped;
  if ((kind !== Const && kind !== Let) || !tsInstance.isVariableStatement(parent.parent)) return false;
  return parent.parent.modifiers === undefined;
}
