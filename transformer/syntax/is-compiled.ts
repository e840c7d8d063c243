import type ts from "typescript";

/** Whether a build emits a file of a Program, and so compiles it. */
export function isCompiled(program: ts.Program, sourceFile: ts.SourceFile): boolean {
  return (
    !sourceFile.isDeclarationFile &&
    !sourceFile.fileName.endsWith(".json") &&
    !program.isSourceFileFromExternalLibrary(sourceFile)
  );
}
