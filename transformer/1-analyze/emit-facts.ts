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

/**
 * What becomes of a suspension: a yield of ours, or an `await`. `"moved"`: into a function of its own, in which nothing
 * can suspend. `"method-name"`: an `await` stays one in what has become a generator, where it is a syntax error.
 */
export type EmittedSuspension = "kept" | "moved" | "method-name";

/** Reads the compiler's options. */
export function emitFacts(tsInstance: typeof ts, options: ts.CompilerOptions): EmitFacts {
  const { ES2015, ES2017, ES2022 } = tsInstance.ScriptTarget;
  const { module, experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields } = options;
  const target = emitTarget(tsInstance, options);
  return {
    isES5: target < ES2015,
    forgetsAwaitInMethodNames: target < ES2017,
    movesFieldNames: useDefineForClassFields === false && target >= ES2022,
    movesDecoratedClasses: experimentalDecorators !== true,
    movesImportedNames: module === tsInstance.ModuleKind.AMD,
    keepsPrivateNames: target >= ES2022,
    emitsTypes: experimentalDecorators === true && emitDecoratorMetadata === true,
  };
}

/** The target, also where none is set: the default depends on the version of the compiler and on the module format. */
function emitTarget(tsInstance: typeof ts, options: ts.CompilerOptions): ts.ScriptTarget {
  const { getEmitScriptTarget } = tsInstance as typeof ts & {
    getEmitScriptTarget?: (options: ts.CompilerOptions) => ts.ScriptTarget; // internal
  };
  if (getEmitScriptTarget !== undefined) return getEmitScriptTarget(options);
  // The name of the library that goes with the target tells ES5 from all others.
  const isES5 = tsInstance.getDefaultLibFileName(options) === "lib.d.ts";
  const { ES5, ES2022 } = tsInstance.ScriptTarget;
  return options.target ?? (isES5 ? ES5 : ES2022);
}
