import type ts from "typescript";

/** Whether a file declares what the language and the platform have: `lib.es2023.d.ts`. */
export function isLibraryFile({ hasNoDefaultLib, fileName }: ts.SourceFile): boolean {
  return hasNoDefaultLib || /\blib\.[\w.]+\.d\.ts$/.test(fileName);
}
