import type ts from "typescript";

/** The diagnostics that a build is to fail for. */
export function errorsOf(found: readonly ts.Diagnostic[], tsInstance: typeof ts): readonly ts.Diagnostic[] {
  return found.filter(({ category }) => category === tsInstance.DiagnosticCategory.Error);
}

/** Prints diagnostics to standard error as TypeScript prints its own. */
export function print(found: readonly ts.Diagnostic[], tsInstance: typeof ts): void {
  if (found.length > 0) process.stderr.write(format(found, tsInstance, process.stderr.isTTY === true));
}

/**
 * For a host that takes no diagnostics.
 * @throws {Error} the errors, all in one. The rest is printed.
 */
export function throwErrors(found: readonly ts.Diagnostic[], tsInstance: typeof ts): void {
  const errors = errorsOf(found, tsInstance);
  print(
    found.filter((each) => !errors.includes(each)),
    tsInstance,
  );
  if (errors.length > 0) throw new Error(format(errors, tsInstance, false).trimEnd());
}

function format(found: readonly ts.Diagnostic[], tsInstance: typeof ts, isTerminal: boolean): string {
  const host: ts.FormatDiagnosticsHost = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => "\n",
  };
  const text = tsInstance.formatDiagnosticsWithColorAndContext(found, host);
  return isTerminal ? text : text.replace(/\x1b\[\d*m/g, "");
}
