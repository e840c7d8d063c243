import type ts from "typescript";

/** Whether an expression is an array, a set or a map: of these it is known what their methods do. */
export function isContainer(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
  if (checker.isArrayType(type)) return true;
  const symbol = type.getSymbol();
  const isLibrary = symbol?.declarations?.some((each) => {
    const { hasNoDefaultLib, fileName } = each.getSourceFile();
    return hasNoDefaultLib || /\blib\.[\w.]+\.d\.ts$/.test(fileName);
  });
  return isLibrary === true && /^(?:Set|Map)$/.test(symbol!.name);
}
