import type ts from "typescript";

/** Whether the compiler emits private names and static blocks as they are: from ES2022 on. */
export function keepsPrivateNames(tsInstance: typeof ts, options: ts.CompilerOptions): boolean {
  // Internal, but the only one that knows the default: it depends on the version and on the module format.
  const { getEmitScriptTarget } = tsInstance as typeof ts & {
    getEmitScriptTarget?: (options: ts.CompilerOptions) => ts.ScriptTarget;
  };
  const target = getEmitScriptTarget?.(options) ?? options.target ?? tsInstance.ScriptTarget.ES5;
  return target >= tsInstance.ScriptTarget.ES2022;
}
