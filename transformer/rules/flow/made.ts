import type ts from "typescript";
import { walkCode } from "./nodes";

/** What a call or `new` gives where it is a statement of its own, or all that a local constant is. */
export interface Made {
  /** The statement's expression, an `await` included, or the constant's initializer. */
  readonly expression: ts.Expression;
  readonly made: ts.CallExpression | ts.NewExpression;
  readonly type: ts.Type;
  readonly constant: ts.Identifier | undefined;
}

/** Everything that a file makes so. */
export function findMade(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  sourceFile: ts.SourceFile,
): readonly Made[] {
  const { SyntaxKind } = tsInstance;
  const found: Made[] = [];

  const take = (expression: ts.Expression, constant?: ts.Identifier): void => {
    const isAwait = tsInstance.isAwaitExpression(expression);
    const made = isAwait ? expression.expression : expression;
    if (!tsInstance.isCallExpression(made) && !tsInstance.isNewExpression(made)) return;
    const { kind } = made.expression;
    if (kind === SyntaxKind.SuperKeyword || kind === SyntaxKind.ImportKeyword) return;
    // The checker has resolved the call and remembers that; the type of the expression it would find out again.
    const given = checker.getResolvedSignature(made)?.getReturnType();
    const type = given !== undefined && isAwait ? checker.getAwaitedType(given) : given;
    if (type !== undefined) found.push({ expression, made, type, constant });
  };

  walkCode(tsInstance, sourceFile, (node) => {
    if (node.kind === SyntaxKind.ExpressionStatement) take((node as ts.ExpressionStatement).expression);
    else if (node.kind === SyntaxKind.VariableDeclaration) {
      const { name, initializer } = node as ts.VariableDeclaration;
      if (initializer === undefined || !tsInstance.isIdentifier(name)) return;
      if (isConstant(tsInstance, node as ts.VariableDeclaration)) take(initializer, name);
    }
  });
  return found;
}

/** A local `const`: what is exported may be used elsewhere. */
function isConstant(tsInstance: typeof ts, { parent }: ts.VariableDeclaration): boolean {
  const { Const, BlockScoped } = tsInstance.NodeFlags;
  if ((parent.flags & BlockScoped) !== Const || !tsInstance.isVariableStatement(parent.parent)) return false;
  return parent.parent.modifiers === undefined;
}
