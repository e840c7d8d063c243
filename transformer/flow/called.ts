import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { walkCode } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Variables } from "./variables";

/** The function of this file that an expression is, or is a constant for. */
export function functionMeant(
  tsInstance: typeof ts,
  variables: Variables,
  expression: ts.Expression,
): FunctionNode | undefined {
  const node = skipOuterExpressions(tsInstance, expression);
  let found: ts.Node | undefined = node;
  if (tsInstance.isIdentifier(node)) {
    const declaration = variables.symbolOf(node)?.declarations?.[0];
    const isHere = declaration?.getSourceFile() === node.getSourceFile();
    if (isHere && tsInstance.isFunctionDeclaration(declaration!)) found = declaration;
    else {
      const value = isHere ? variables.valueAt(node) : undefined;
      found = value && skipOuterExpressions(tsInstance, value);
    }
  }
  if (found === undefined || !isFunctionNode(tsInstance, found)) return undefined;
  return found.body === undefined ? undefined : found;
}

/** What a function may return. */
export function resultsOf(tsInstance: typeof ts, fn: FunctionNode): readonly ts.Expression[] {
  const { body } = fn;
  // The call of a generator gives nothing yet.
  if (body === undefined || ("asteriskToken" in fn && fn.asteriskToken !== undefined)) return [];
  if (!tsInstance.isBlock(body)) return [body];
  const results: ts.Expression[] = [];
  walkCode(tsInstance, body, (node) => {
    if (isFunctionNode(tsInstance, node) || tsInstance.isClassLike(node)) return false;
    if (tsInstance.isReturnStatement(node) && node.expression !== undefined) results.push(node.expression);
    return true;
  });
  return results;
}

/** The index of the parameter that an expression is, and is never given another value; -1 where it is none. */
export function parameterMeant(
  tsInstance: typeof ts,
  variables: Variables,
  { parameters }: FunctionNode,
  expression: ts.Expression,
): number {
  const node = skipOuterExpressions(tsInstance, expression);
  if (!tsInstance.isIdentifier(node)) return -1;
  const symbol = variables.symbolOf(node);
  if (symbol === undefined || variables.writesTo(symbol).length !== 1) return -1;
  return parameters.findIndex(
    (each) => symbol.valueDeclaration === each && each.dotDotDotToken === undefined,
  );
}
