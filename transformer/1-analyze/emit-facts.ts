import type ts from "typescript";

/**
 * What TypeScript's own emit, which comes after ours, does to the code that we give it. Each of these has been seen in
 * its output; `test/targets` holds them against it.
 */
export interface EmitFacts {
  /**
   * Every function is lowered inline. TypeScript writes a generator out as a state machine there. It renames variables by
   * their place in the source, and moved code has lost that place. It puts a class, and the body of a loop with closures,
   * into functions of their own.
   */
  readonly isES5: boolean;
  /** Async functions become generators, and TypeScript forgets the `await` in the name of a method in them. */
  readonly forgetsAwaitInMethodNames: boolean;
  /** The computed name of a field is evaluated in a static block, for the field has become an assignment. */
  readonly movesFieldNames: boolean;
  /** A class with decorators is made in a function that is called at once, with all that it evaluates. */
  readonly movesDecoratedClasses: boolean;
  /** `import(x)` becomes a promise, and `x` an argument in its executor. */
  readonly movesImportedNames: boolean;
  /** What stands as a type at a member with decorators is emitted, as a value. */
  readonly emitsTypes: boolean;
  /** Private names and static blocks stay what they are. */
  readonly keepsPrivateNames: boolean;
}

/** Reads the compiler's options. */
export function emitFacts(tsInstance: typeof ts, options: ts.CompilerOptions): EmitFacts {
  const { ES2017, ES2022 } = tsInstance.ScriptTarget;
  const { target, module, experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields } = options;
  // The default target depends on the version of the compiler; the name of the library that goes with it tells.
  const isES5 = tsInstance.getDefaultLibFileName(options) === "lib.d.ts";
  return {
    isES5,
    forgetsAwaitInMethodNames: isES5 || (target !== undefined && target < ES2017),
    movesFieldNames: useDefineForClassFields === false && !isES5 && (target ?? ES2022) >= ES2022,
    movesDecoratedClasses: experimentalDecorators !== true,
    movesImportedNames: module === tsInstance.ModuleKind.AMD,
    keepsPrivateNames: emitTarget(tsInstance, options) >= ES2022,
    emitsTypes: experimentalDecorators === true && emitDecoratorMetadata === true,
  };
}

function emitTarget(tsInstance: typeof ts, options: ts.CompilerOptions): ts.ScriptTarget {
  // Internal, but the only one that knows the default: it depends on the version and on the module format.
  const { getEmitScriptTarget } = tsInstance as typeof ts & {
    getEmitScriptTarget?: (options: ts.CompilerOptions) => ts.ScriptTarget;
  };
  return getEmitScriptTarget?.(options) ?? options.target ?? tsInstance.ScriptTarget.ES5;
}
