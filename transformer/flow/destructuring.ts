import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";

/**
 * The expression that a name in a pattern stands for: `raii(a)` for `b` in `const { b } = { b: raii(a) }`.
 *
 * @param valueAt gives the value of a variable, which may be what is taken apart.
 * @returns `undefined` where the text does not show what is taken apart.
 */
export function destructuredValue(
  tsInstance: typeof ts,
  element: ts.BindingElement,
  valueAt: (name: ts.Identifier) => ts.Expression | undefined,
): ts.Expression | undefined {
  const { parent: pattern } = element;
  const { parent: owner } = pattern;
  if (element.dotDotDotToken !== undefined || element.initializer !== undefined) return undefined;
  const given = tsInstance.isBindingElement(owner)
    ? destructuredValue(tsInstance, owner, valueAt)
    : tsInstance.isVariableDeclaration(owner)
      ? owner.initializer
      : undefined;
  if (given === undefined) return undefined;
  let whole: ts.Expression | undefined = skipOuterExpressions(tsInstance, given);
  if (tsInstance.isIdentifier(whole)) whole = valueAt(whole);
  if (whole === undefined) return undefined;
  const value = skipOuterExpressions(tsInstance, whole);

  if (tsInstance.isArrayBindingPattern(pattern)) {
    if (!tsInstance.isArrayLiteralExpression(value) || value.elements.some(tsInstance.isSpreadElement))
      return undefined;
    return value.elements[pattern.elements.indexOf(element)];
  }
  const name = element.propertyName ?? element.name;
  if (!tsInstance.isIdentifier(name) || !tsInstance.isObjectLiteralExpression(value)) return undefined;
  return propertyOf(tsInstance, value, name.text);
}

/** What a pattern takes a name out of: `runner` for `manager` in `const { manager } = runner`. */
export function destructuredObject(
  tsInstance: typeof ts,
  { parent: { parent: owner } }: ts.BindingElement,
): ts.Expression | undefined {
  if (tsInstance.isBindingElement(owner)) return destructuredObject(tsInstance, owner);
  return tsInstance.isVariableDeclaration(owner) ? owner.initializer : undefined;
}

/** What a literal gives for a property; `undefined` where it may be overwritten, or is not a plain value. */
export function propertyOf(
  tsInstance: typeof ts,
  { properties }: ts.ObjectLiteralExpression,
  name: string,
): ts.Expression | undefined {
  const found = properties.findLast((each) => {
    const isNamed = each.name !== undefined && !tsInstance.isComputedPropertyName(each.name);
    return tsInstance.isSpreadAssignment(each) || (isNamed && (each.name as ts.Identifier).text === name);
  });
  if (found === undefined) return undefined;
  if (tsInstance.isPropertyAssignment(found)) return found.initializer;
  return tsInstance.isShorthandPropertyAssignment(found) ? found.name : undefined;
}
