import type ts from "typescript";
import type { MarkerName } from "./markers";

/**
 * What owns an acquisition: the function itself (the driver's own scope), or the block, loop, loop body or `switch`
 * whose end releases it. Of a `using` in the head of `for … of` it is this list: one scope for each iteration, around
 * that of the body, as in TC39; in one for both a `null` in the head would not be awaited after others (S8).
 */
export type ScopeOwner = "function" | ts.Statement | ts.CaseBlock | ts.VariableDeclarationList;

/** How the emitted code reaches the runtime: by the user's own binding, which every host and module format resolves. */
export interface MarkerReference {
  /** The identifier in the source, for the compiler's resolver. */
  readonly identifier: ts.Identifier;
  readonly name: MarkerName;
  /** Whether it names the module (`ns.raii`) and not the marker. */
  readonly isNamespace: boolean;
}

/** A statement that imports a marker. */
export type MarkerImport = ts.ImportDeclaration | ts.ImportEqualsDeclaration;

/** What a program cannot find by itself when its generator stands elsewhere; each is handed to it as an argument. */
export interface Captures {
  /** `"lazy"`: in an arrow function of a derived constructor, where reading `this` before `super()` throws. */
  readonly this: "none" | "eager" | "lazy";
  /** One of the places that mention it. */
  readonly arguments: ts.Identifier | undefined;
  readonly newTarget: boolean;
  readonly superProperty: boolean;
  readonly superAssignment: boolean;
  readonly superCall: boolean;
  /** The name of a function expression that refers to itself. */
  readonly self: ts.Identifier | undefined;
}

/** Where the generator stands (out of the path of the call, wherever that keeps the meaning: spec, The lowerings). */
export type Placement =
  /** In the statement list of `container` (or the block made of it, for an expression body or an unbraced loop body). */
  | { readonly kind: "beside"; readonly container: ts.Node }
  /** A private static method of `class`, called by the class's own name: for its private names and that name. */
  | { readonly kind: "private-method"; readonly class: ts.ClassLikeDeclaration; readonly className: string }
  /**
   * In a static block of `class`, held by a variable in `container`: used if the class has no name, or if the target has
   * no private methods.
   */
  | { readonly kind: "static-block"; readonly class: ts.ClassLikeDeclaration; readonly container: ts.Node }
  /** In the function itself, made by its first call, and kept in a variable of `container`: the text keeps its lines. */
  | {
      readonly kind: "kept";
      readonly container: ts.Node;
      /** `container` is all of a function's body, or the file; else it is a block. */
      readonly isOfFunction: boolean;
      /** What it stands in is made anew by each call of something, and must not be kept alive by it. */
      readonly isOfCall: boolean;
    }
  /** In the function itself, made anew by each call: the rare case where anything else would change the meaning. */
  | { readonly kind: "inside" };

/** A `raii(x)` call or a list of `using` declarations. */
export interface Acquisition {
  readonly owner: ScopeOwner;
  /** `await raii(x)`, `await using`: both its acquisition and its release are awaited. */
  readonly isAsync: boolean;
}

/** What both lowerings are told of a function. */
export interface BodyPlan {
  /** `undefined` in an async function that uses none: it can be cancelled, and reaches the runtime by an import of its own. */
  readonly marker: MarkerReference | undefined;
  /** Some block that gets a scope declares the marker's name anew: the function keeps the marker under another. */
  readonly isMarkerShadowed: boolean;
  readonly acquisitions: ReadonlyMap<ts.CallExpression | ts.VariableDeclarationList, Acquisition>;
  /** The calls of `move` and `moveAsync`. */
  readonly moves: ReadonlyMap<ts.CallExpression, MarkerReference>;
  /** What is to get a scope, the function itself included. `"async"`: something in it is released asynchronously. */
  readonly scopes: ReadonlyMap<ScopeOwner, "sync" | "async">;
  readonly isAsync: boolean;
}

/** The function becomes a program (spec, The lowerings). */
export interface ProgramPlan extends BodyPlan {
  readonly kind: "program";
  readonly captures: Captures;
  readonly placement: Placement;
  /** Names of the frames that the generator has been moved out of; their values are handed to the program. */
  readonly constants: readonly string[];
  /** What the program is called after. */
  readonly name: string;
  /** It moves handles out of its scopes, and so has that of the function in a variable, too; else the driver has it. */
  readonly namesFunctionScope: boolean;
}

/**
 * The function stays what it is and gets `try` statements (spec, The lowerings): it cannot suspend, its yields
 * belong to its caller, a program would mean something else by what it says, or the options say so.
 */
export interface InlinePlan extends BodyPlan {
  readonly kind: "inline";
  readonly isGenerator: boolean;
  readonly unrolled: UnrolledScopes;
}

/** The scopes that need no scope object, each with the statements that acquire. */
export type UnrolledScopes = ReadonlyMap<ScopeOwner, ReadonlySet<ts.Statement>>;

/** The function cannot be lowered; it is emitted so that it throws (S11). */
export interface RejectPlan {
  readonly kind: "reject";
  readonly message: string;
}

/** The function is lowered, one way or the other. */
export type LoweredPlan = ProgramPlan | InlinePlan;

export type FunctionPlan = LoweredPlan | RejectPlan;

/** What is to be done to a file. */
export interface SourceFilePlan {
  readonly functions: ReadonlyMap<ts.Node, FunctionPlan>;
  /** The `"use raii"` directives, which are not emitted. */
  readonly directives: ReadonlySet<ts.Node>;
  /** Statements that hold nothing which a lowering could change: they are emitted as TypeScript emits them. */
  readonly unchanged: ReadonlySet<ts.Node>;
  /** The statement that imports a marker. */
  readonly markerImport: MarkerImport | undefined;
  /** The calls of `signal()` in functions within one that is lowered. */
  readonly signals: ReadonlySet<ts.Node>;
  /** These functions, if they stand in its own code, and the statement list that they stand in. */
  readonly signalled: ReadonlyMap<ts.Node, ts.Node>;
  /** What markers are imported from. */
  readonly importSource: string;
}
