import type ts from "typescript";

/** What a value is, seen as something to acquire. */
export type ResourceKind =
  /** `null`, `undefined`: no resource. */
  | "none"
  /** Acquired and released synchronously. */
  | "sync"
  | "async"
  /** Both a Disposable and an AsyncDisposable. */
  | "both"
  | "promise"
  /** None of these. */
  | "other"
  /** `any`, a type parameter, an error: nothing can be said. */
  | "unknown";

export interface Types {
  /** The type of an expression. What a call gives the checker remembers, where it would look for the type of the call anew. */
  typeOf(expression: ts.Expression): ts.Type;
  /** What the parts of a union are; one entry for any other type. */
  kindsOf(type: ts.Type): ReadonlySet<ResourceKind>;
  /** A `Resource<T>` or `AsyncResource<T>`, and not its own handle. */
  isResource(type: ts.Type): boolean;
  /** Whether a part of a type is one. */
  mayBeResource(type: ts.Type): boolean;
  /** Whether a part of a type says that its release may suppress. */
  suppresses(type: ts.Type): boolean;
  isPromise(type: ts.Type): boolean;
  /** An object with a method that gives a promise: it does things, where others are but data. */
  isWorking(type: ts.Type): boolean;
  /** A Disposable of either kind, where it is anything, and nothing that is acquired otherwise. */
  isDisposable(type: ts.Type): boolean;
  /** The method of a type by which it is disposed of synchronously. */
  disposeOf(type: ts.Type): ts.Symbol | undefined;
}

export function createTypes(tsInstance: typeof ts, checker: ts.TypeChecker): Types {
  const { SyntaxKind, TypeFlags } = tsInstance;
  const known = new Map<
    ts.Type,
    { kind: ResourceKind; isResource: boolean; suppresses: boolean; dispose: ts.Symbol | undefined }
  >();

  const working = new Map<ts.Type, boolean>();

  const partsOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

  function look(type: ts.Type) {
    let found = known.get(type);
    if (found === undefined) known.set(type, (found = lookAt(type)));
    return found;
  }

  function lookAt(type: ts.Type) {
    const plain = { isResource: false, suppresses: false, dispose: undefined };
    if (type.flags & (TypeFlags.Null | TypeFlags.Undefined | TypeFlags.Void))
      return { kind: "none", ...plain } as const;
    if (type.flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.Never | TypeFlags.Instantiable))
      return { kind: "unknown", ...plain } as const;
    if ((type.flags & (TypeFlags.Object | TypeFlags.Intersection)) === 0)
      return { kind: "other", ...plain } as const;
    // The names of members with a unique symbol for key: `__@dispose@123`.
    let dispose: ts.Symbol | undefined;
    let asyncDispose: ts.Symbol | undefined;
    let acquire: ts.Symbol | undefined;
    let then: ts.Symbol | undefined;
    let suppresses = false;
    for (const member of checker.getPropertiesOfType(type)) {
      const name = member.escapedName as string;
      if (name === "then") then = member;
      else if (!name.startsWith("__@")) continue;
      else if (name.startsWith("__@dispose@")) dispose = member;
      else if (name.startsWith("__@asyncDispose@")) asyncDispose = member;
      else if (name.startsWith("__@acquire@")) acquire = member;
      else if (name.startsWith("__@suppresses@")) suppresses = true;
    }
    // What is a Disposable besides, as an ExitStack, is acquired as the Resource it is.
    if (acquire !== undefined)
      return { kind: kindOfAcquire(acquire), isResource: true, suppresses, dispose } as const;
    if (dispose ?? asyncDispose) {
      const kind = dispose && asyncDispose ? "both" : dispose ? "sync" : "async";
      return { ...plain, kind, dispose } as const;
    }
    return { kind: then === undefined ? "other" : "promise", ...plain } as const;
  }

  function kindOfAcquire(acquire: ts.Symbol): ResourceKind {
    const kinds = new Set<ResourceKind>();
    for (const signature of checker.getTypeOfSymbol(acquire).getCallSignatures())
      for (const part of partsOf(signature.getReturnType())) kinds.add(look(part).kind);
    if (kinds.has("unknown")) return "unknown";
    return kinds.has("promise") ? "async" : "sync";
  }

  const kindsOf = (type: ts.Type): ReadonlySet<ResourceKind> =>
    new Set(partsOf(type).map((part) => look(part).kind));

  function typeOf(expression: ts.Expression): ts.Type {
    const isPlain =
      tsInstance.isNewExpression(expression) ||
      (tsInstance.isCallExpression(expression) &&
        expression.expression.kind !== SyntaxKind.ImportKeyword &&
        expression.expression.kind !== SyntaxKind.SuperKeyword);
    const signature = isPlain ? checker.getResolvedSignature(expression) : undefined;
    return signature?.getReturnType() ?? checker.getTypeAtLocation(expression);
  }

  const isPromise = (type: ts.Type): boolean => {
    const kinds = kindsOf(type);
    return kinds.has("promise") && [...kinds].every((kind) => kind === "promise" || kind === "none");
  };

  function isWorking(type: ts.Type): boolean {
    let found = working.get(type);
    if (found === undefined) {
      const isObject = (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0 && !isPromise(type);
      found =
        isObject &&
        checker.getPropertiesOfType(type).some((member) => {
          if ((member.flags & tsInstance.SymbolFlags.Method) === 0) return false;
          const signatures = checker.getTypeOfSymbol(member).getCallSignatures();
          return signatures.some((each) => isPromise(each.getReturnType()));
        });
      working.set(type, found);
    }
    return found;
  }

  return {
    typeOf,
    kindsOf,
    isPromise,
    isWorking,
    isResource: (type) => partsOf(type).every((part) => look(part).isResource),
    mayBeResource: (type) => partsOf(type).some((part) => look(part).isResource),
    suppresses: (type) => partsOf(type).some((part) => look(part).suppresses),
    isDisposable(type) {
      const kinds = partsOf(type).map((part) => look(part));
      const isOne = ({ kind, isResource }: (typeof kinds)[number]): boolean =>
        !isResource && (kind === "sync" || kind === "async" || kind === "both");
      return kinds.some(isOne) && kinds.every((each) => isOne(each) || each.kind === "none");
    },
    disposeOf: (type) => look(type).dispose,
  };
}
