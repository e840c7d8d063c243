import type ts from "typescript";

/** A function with a body: what an annotation can stand on. */
export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration
  | ts.ConstructorDeclaration;

/**
 * What owns an acquisition: the function itself (the driver's own scope), or the block, loop, loop body or `switch`
 * whose end releases it.
 */
export type ScopeOwner = "function" | ts.Statement | ts.CaseBlock;

/** How the emitted code reaches the runtime: by the user's own binding, which every host and module format resolves. */
export interface MarkerReference {
  /** The identifier in the source, for the compiler's resolver. */
  readonly identifier: ts.Identifier;
  /** Whether it names the module (`ns.raii`) and not the marker. */
  readonly isNamespace: boolean;
}

/** What a program cannot find by itself when its generator stands elsewhere; each is handed to it as an argument. */
export interface Captures {
  /** `"lazy"`: in an arrow function of a derived constructor, where reading `this` before `super()` throws. */
  readonly this: "none" | "eager" | "lazy";
  readonly arguments: boolean;
  readonly newTarget: boolean;
  readonly superProperty: boolean;
  readonly superAssignment: boolean;
  readonly superCall: boolean;
  /** The name of a function expression that refers to itself. */
  readonly self: ts.Identifier | undefined;
}

/** Where the generator stands (DESIGN §5: out of the path of the call, wherever that keeps the meaning). */
export type Placement =
  /** In the statement list of `container` (or the block made of it, for an expression body or an unbraced loop body). */
  | { readonly kind: "beside"; readonly container: ts.Node }
  /** In a static block of `class`, for its private names and its own name; a variable in `container` holds it. */
  | { readonly kind: "static-block"; readonly class: ts.ClassLikeDeclaration; readonly container: ts.Node }
  /** In the function itself, made anew by each call: the rare case where anything else would change the meaning. */
  | { readonly kind: "inside" };

/** The function becomes a program. */
export interface ProgramPlan {
  readonly kind: "program";
  readonly marker: MarkerReference;
  /** Some block that gets a scope declares the marker's name anew: the program keeps the marker under another. */
  readonly isMarkerShadowed: boolean;
  /** `raii(x)` calls and `using` declaration lists, with what owns them. */
  readonly acquisitions: ReadonlyMap<ts.CallExpression | ts.VariableDeclarationList, ScopeOwner>;
  /** The blocks, loops, … among the owners: what is to get a scope. */
  readonly scopeOwners: ReadonlySet<ScopeOwner>;
  readonly captures: Captures;
  readonly placement: Placement;
  /** Names of the frames that the generator has been moved out of; their values are handed to the program. */
  readonly constants: readonly string[];
  /** What the program is called after. */
  readonly name: string;
}

/** The function cannot be lowered; it is emitted so that it throws (S11). */
export interface RejectPlan {
  readonly kind: "reject";
  readonly message: string;
}

export type FunctionPlan = ProgramPlan | RejectPlan;

/** What is to be done to a file. */
export interface SourceFilePlan {
  readonly functions: ReadonlyMap<ts.Node, FunctionPlan>;
  /** The `"use raii"` directives, which are not emitted. */
  readonly directives: ReadonlySet<ts.Node>;
}
