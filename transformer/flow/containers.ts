import type ts from "typescript";
import { isLibraryFile } from "../syntax/is-library-file";

/** Whether an expression is an array, a set or a map: of these it is known what their methods do. */
export function isContainer(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
  if (checker.isArrayType(type)) return true;
  const symbol = type.getSymbol();
  const isLibrary = symbol?.declarations?.some((each) => isLibraryFile(each.getSourceFile()));
  return isLibrary === true && /^(?:Set|(?:Weak)?Map)$/.test(symbol!.name);
}
