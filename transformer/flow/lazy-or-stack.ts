import type ts from "typescript";

/** Whether a value reads from what it comes from only as it is itself read: an iterator, or a stream. */
export function isLazy(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(expression);
  if (/^(?:Readable|Writable)Stream$/.test(type.getSymbol()?.name ?? "")) return true;
  if (type.getProperty("writableEnded") !== undefined) return true;
  if (type.getProperty("subscribe") !== undefined && type.getProperty("pipe") !== undefined) return true; // an Observable
  const has = (symbol: string): boolean =>
    type.getProperties().some(({ escapedName }) => (escapedName as string).startsWith(symbol));
  return has("__@asyncIterator@") || (type.getProperty("next") !== undefined && has("__@iterator@"));
}

/** Whether a value is a stack of what it releases. */
export function isStack(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  return /^(?:Async)?(?:Disposable|Exit)Stack$/.test(
    checker.getTypeAtLocation(expression).getSymbol()?.name ?? "",
  );
}
