import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/** What a compiler knows of the files it emits. TypeScript keeps it to itself, and asks it in its own module transforms. */
interface EmitContext {
  readonly getEmitHost?: () =>
    { readonly getEmitModuleFormatOfFile?: (file: ts.SourceFile) => ts.ModuleKind } | undefined;
}

/**
 * Whether the compiler turns the imports of this file into calls of `require` (CommonJS), or into the like of AMD and UMD.
 *
 * The format of a file follows from `module` or what stands in for it, from its name, and from the package it is in;
 * the answers differ between versions. So the compiler is asked. Under `ts.transform` it emits nothing and does not know:
 * then imports stay what they are.
 */
export function loadsByRequire({ sourceFile, transformation, tsInstance }: LowerContext): boolean {
  const { ModuleKind } = tsInstance;
  switch (transformation.getCompilerOptions().module) {
    case ModuleKind.None:
    case ModuleKind.AMD:
    case ModuleKind.UMD:
      return true; // every file, whatever it is called
    case ModuleKind.System: // no helper: a module is handed what it imports
    case ModuleKind.Preserve:
      return false;
  }
  const format = (transformation as EmitContext).getEmitHost?.()?.getEmitModuleFormatOfFile?.(sourceFile);
  return format !== undefined && format < ModuleKind.ES2015;
}
