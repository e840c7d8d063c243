import type ts from "typescript";
import {
  isAddress,
  isCopying,
  isDerivedMember,
  isDeriving,
  isMemory,
  isParent,
  isPlace,
  isReadingType,
  isRemoving,
  isServing,
  isTemporary,
  isViewing,
} from "../syntax/derived-names";
import { textOfTag } from "../syntax/find-directives";
import { isLibraryFile } from "../syntax/is-library-file";
import { isEnd } from "../syntax/member-names";
import type { Held } from "./held";
import { namesIn } from "./locks";
import type { Via } from "./origin";

/** What is asked of a member of something through which a handle is reached. */
export interface Member {
  /** The call of a method, or what reads the property. */
  readonly node: ts.Expression;
  readonly name: ts.Identifier | ts.MemberName;
  readonly isCall: boolean;
  readonly ownerType: ts.Type;
}

/** What can be told of values that come from a handle, as their types and names show. */
export interface Derivations {
  /** How what a member gives goes on needing its object; `undefined` where it is a copy, or it cannot be told. */
  of(member: Member, held: Held, via: Via): "derived" | "path" | undefined;
  /** Whether a value reads or writes elsewhere for as long as it is there: it can be closed, or tells of what happens. */
  isOpen(expression: ts.Expression): boolean;
  /** Whether a value is an object that does something, and no data. @param depth how many methods may be called for that. */
  isLive(expression: ts.Expression, depth?: number): boolean;
  isText(node: ts.Node): boolean;
  isPromise(expression: ts.Expression): boolean;
  /** Whether a value is a function that is given something. */
  givesFunction(expression: ts.Expression): boolean;
  /** An answer of `fetch`, whose body is still to be read. */
  isResponse(expression: ts.Expression): boolean;
  /** Whether a class has no text in this Program that shows what its constructor does, and is none of the language. */
  isDeclaredElsewhere(node: ts.NewExpression): boolean;
  /** Whether what is sliced, concatenated and so on is copied: a text, bytes. */
  isCopiedWhole(expression: ts.Expression): boolean;
  /** An `ArrayBuffer`, of which arrays are views. */
  isBuffer(expression: ts.Expression): boolean;
}

export function createDerivations(tsInstance: typeof ts, checker: ts.TypeChecker): Derivations {
  const { SymbolFlags, TypeFlags } = tsInstance;
  const known = new Map<ts.Type, Traits>();

  /** What an expression gives once it is awaited, and is there. */
  function typeOf(node: ts.Node): ts.Type {
    const given = checker.getTypeAtLocation(node);
    return checker.getNonNullableType(checker.getAwaitedType(given) ?? given);
  }

  function of(member: Member, held: Held, via: Via): "derived" | "path" | undefined {
    const { node, name, isCall, ownerType } = member;
    const { text } = name;
    const tag = tagOf(ownerType, text);
    if (tag === "independent") return undefined;
    const type = typeOf(node);
    if (type.flags & TypeFlags.StringLike) {
      if (tag === "scoped") return "path";
      const isGone =
        (isPlace(text) && via === "itself" && isTemporaryHandle(held, ownerType, text)) ||
        (isAddress(text) && via === "itself" && isServer(held, ownerType));
      return isGone ? "path" : undefined;
    }
    if (tag === "scoped") return "derived";
    if ((type.flags & (TypeFlags.Object | TypeFlags.Intersection)) === 0) return undefined;
    const bytes = bytesOf(type);
    if (bytes !== undefined) {
      if (isCall) return isViewing(text) ? "derived" : undefined;
      return isMemory(text) && bytes !== "Buffer" ? "derived" : undefined;
    }
    if (checker.isArrayType(type) || checker.isTupleType(type) || !hasMethods(type)) return undefined;
    if (isCall && givesWhatIsAskedFor(node)) return undefined;
    if (isCall ? isDeriving(text) : isDerivedMember(text)) return "derived";
    if (isParent(text) || isCopying(text)) return undefined;
    // What gives its like has made another: `image.resize(…)`, `frame.rotated`.
    if (via === "itself" && type === checker.getNonNullableType(ownerType)) return undefined;
    return isCall && isLiveType(type) ? "derived" : undefined;
  }

  /** The tag of a member's declaration by which a library says what its value is worth after the release. */
  function tagOf(type: ts.Type, name: string): "scoped" | "independent" | undefined {
    for (const declaration of checker.getPropertyOfType(type, name)?.declarations ?? []) {
      const sourceFile = declaration.getSourceFile();
      for (const tag of ["scoped", "independent"] as const)
        if (
          sourceFile.text.includes(`@${tag}`) &&
          textOfTag(tsInstance, sourceFile, declaration, tag) !== undefined
        )
          return tag;
    }
    return undefined;
  }

  /** A folder or a file that goes when its handle does. */
  function isTemporaryHandle({ resource }: Held, ownerType: ts.Type, name: string): boolean {
    const isFile = ownerType.getProperty("fd") ?? ownerType.getProperty("removeCallback");
    const isNamed = name !== "name" || isFile !== undefined;
    if (!isNamed) return false; // what has a name need not be a file
    if (resource !== undefined && namesIn(tsInstance, resource).some(isTemporary)) return true;
    return checker
      .getPropertiesOfType(ownerType)
      .some((each) => isRemoving(each.name) && checker.getTypeOfSymbol(each).getCallSignatures().length > 0);
  }

  function isServer({ resource }: Held, ownerType: ts.Type): boolean {
    const names = resource === undefined ? [] : namesIn(tsInstance, resource);
    return [...names, ownerType.getSymbol()?.name ?? ""].some(isServing);
  }

  /** A method that is told by a type parameter alone what it gives: `repository.findOne<User>(…)` reads data. */
  function givesWhatIsAskedFor(call: ts.Expression): boolean {
    if (!tsInstance.isCallExpression(call)) return false;
    const { declaration } = checker.getResolvedSignature(call) ?? {};
    const node = declaration?.type;
    if (node === undefined) return false;
    const parts = tsInstance.isUnionTypeNode(node) ? node.types : [node];
    return parts.some((each) => {
      const [inner] =
        tsInstance.isTypeReferenceNode(each) && each.typeName.getText() === "Promise"
          ? (each.typeArguments ?? [])
          : [each];
      const all = inner === undefined ? [] : tsInstance.isUnionTypeNode(inner) ? inner.types : [inner];
      return all.some((part) => {
        if (!tsInstance.isTypeReferenceNode(part)) return false;
        const symbol = checker.getSymbolAtLocation(part.typeName);
        return symbol !== undefined && (symbol.flags & SymbolFlags.TypeParameter) !== 0;
      });
    });
  }

  function hasMethods(type: ts.Type): boolean {
    return traitsOf(type).methods > 0;
  }

  function isLiveType(type: ts.Type, depth = 0): boolean {
    if ((type.flags & (TypeFlags.Object | TypeFlags.Intersection)) === 0) return false;
    const { isOpen, isReading, methods, data, isLibrary } = traitsOf(type);
    // Objects that are mostly data, such as the entities of an ORM, are data that can do something.
    if (isOpen || (isReading && !isLibrary && data < methods)) return true;
    if (depth === 0 || isLibrary) return false;
    return checker.getPropertiesOfType(type).some((member) => {
      const [signature] =
        (member.flags & SymbolFlags.Method) === 0 ? [] : checker.getTypeOfSymbol(member).getCallSignatures();
      return signature !== undefined && isLiveType(signature.getReturnType(), depth - 1);
    });
  }

  function traitsOf(type: ts.Type): Traits {
    const before = known.get(type);
    if (before !== undefined) return before;
    const found = look(type);
    known.set(type, found);
    return found;
  }

  function look(type: ts.Type): Traits {
    const symbol = type.getSymbol();
    const isLibrary = symbol?.declarations?.some((each) => isLibraryFile(each.getSourceFile())) === true;
    let methods = 0;
    let data = 0;
    let isOpen = false;
    let isReading = isReadingType(symbol?.name ?? "");
    let emits = 0;
    if (/^(?:Promise|PromiseLike|AbortSignal|Array|ReadonlyArray)$/.test(symbol?.name ?? ""))
      return { methods, data, isOpen, isReading: false, isLibrary };
    for (const member of checker.getPropertiesOfType(type)) {
      const name = member.escapedName as string;
      if (name.startsWith("__@dispose@") || name.startsWith("__@asyncDispose@")) isOpen = true;
      if (name.startsWith("__@asyncIterator@")) isOpen = true;
      const signatures =
        (member.flags & (SymbolFlags.Method | SymbolFlags.Property)) === 0
          ? []
          : checker.getTypeOfSymbol(member).getCallSignatures();
      const [signature] = signatures;
      if (signature === undefined) {
        data++;
        continue;
      }
      methods++;
      if (isEnd(name)) isOpen = true;
      if (/^(?:on|emit|addListener|removeListener)$/.test(name)) emits++;
      isReading ||= isPromiseOrIterator(signature.getReturnType());
    }
    return { methods, data, isOpen: isOpen || emits > 1, isReading, isLibrary };
  }

  function isPromiseOrIterator(type: ts.Type): boolean {
    return type.getProperty("then") !== undefined || /Iterator|Generator/.test(type.getSymbol()?.name ?? "");
  }

  /** The name of the type of a value that is bytes. */
  function bytesOf(type: ts.Type): string | undefined {
    const name = type.getSymbol()?.name ?? "";
    return /^(?:(?:Shared)?ArrayBuffer|DataView|Buffer|(?:Big)?(?:Ui|I)nt\d+(?:Clamped)?Array|Float\d+Array)$/.test(
      name,
    )
      ? name
      : undefined;
  }

  return {
    of,
    isOpen: (expression) => traitsOf(typeOf(expression)).isOpen,
    isLive: (expression, depth) => isLiveType(typeOf(expression), depth),
    isText: (node) => (typeOf(node).flags & TypeFlags.StringLike) !== 0,
    givesFunction: (expression) =>
      checker
        .getTypeAtLocation(expression)
        .getCallSignatures()
        .some(({ parameters }) => parameters.length > 0),
    isPromise: (expression) => checker.getTypeAtLocation(expression).getProperty("then") !== undefined,
    isResponse: (expression) => typeOf(expression).getSymbol()?.name === "Response",
    isDeclaredElsewhere(node) {
      const { declaration } = checker.getResolvedSignature(node) ?? {};
      return (
        declaration !== undefined &&
        (declaration as ts.ConstructorDeclaration).body === undefined &&
        !traitsOf(typeOf(node)).isLibrary
      );
    },
    isCopiedWhole(expression) {
      const type = typeOf(expression);
      return (type.flags & TypeFlags.StringLike) !== 0 || bytesOf(type) !== undefined;
    },
    isBuffer: (expression) => /^(?:Shared)?ArrayBuffer$/.test(bytesOf(typeOf(expression)) ?? ""),
  };
}

/** What the members of a type show. */
interface Traits {
  readonly methods: number;
  readonly data: number;
  readonly isOpen: boolean;
  readonly isReading: boolean;
  readonly isLibrary: boolean;
}
