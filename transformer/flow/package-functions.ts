import type ts from "typescript";
import { plainName } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Variables } from "./variables";

/** What the imports of a file are asked through. */
interface LookedAt {
  readonly tsInstance: typeof ts;
  readonly options: { readonly importSource: string };
  readonly flow: { readonly variables: Variables };
}

/**
 * The name of the function of ts-raii that an expression is, as the imports of its file show: `retry`, `ExitStack.run`.
 * `undefined` for anything else.
 */
export function packageFunction(
  { tsInstance, options, flow }: LookedAt,
  expression: ts.Expression,
): string | undefined {
  const name = plainName(tsInstance, skipOuterExpressions(tsInstance, expression));
  if (name === "") return undefined;
  const root = skipOuterExpressions(tsInstance, expression);
  const first = tsInstance.isPropertyAccessExpression(root) ? root.expression : root;
  const declaration = flow.variables.symbolOf(first as ts.Identifier)?.declarations?.[0];
  if (declaration === undefined) return undefined;
  const isSpecifier = tsInstance.isImportSpecifier(declaration);
  if (!isSpecifier && !tsInstance.isNamespaceImport(declaration)) return undefined;
  const { moduleSpecifier } = isSpecifier ? declaration.parent.parent.parent : declaration.parent.parent;
  const from = (moduleSpecifier as ts.StringLiteral).text;
  if (from !== options.importSource && !/^ts-raii(?:\/|$)/.test(from)) return undefined;
  const [, member] = name.split(".");
  if (!isSpecifier) return member;
  const imported = (declaration.propertyName ?? declaration.name).text;
  return member === undefined ? imported : `${imported}.${member}`;
}
