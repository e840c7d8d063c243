import type ts from "typescript";

/**
 * One lexical environment on the way from a node out to its file: what names it declares (is `raii` the import, or
 * something that shadows it?) and whether a generator function can be placed in it, or moved out of it.
 */
export interface Frame {
  readonly parent: Frame | undefined;
  readonly kind:
    /** A statement list, or what can be made one: a generator function can stand in it. */
    | { readonly kind: "container"; readonly container: ts.Node }
    /** A class body: private names and the class's own name are known only inside. */
    | { readonly kind: "class"; readonly class: ts.ClassLikeDeclaration }
    /** Names without a statement list, evaluated once each time its container is (a `catch` parameter). */
    | { readonly kind: "once" }
    /** The same, evaluated any number of times: parameters, loop heads. */
    | { readonly kind: "repeated" };
  /** A wall cannot be moved across: what its names mean outside is for the compiler to rewrite (namespaces, enums). */
  readonly isWall: boolean;
  readonly names: () => ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/** Makes a frame. Its names are collected when they are first asked for: most never are. */
export function createFrame(
  parent: Frame | undefined,
  kind: Frame["kind"],
  collectNames: (() => ReadonlySet<string>) | undefined,
  isWall = false,
): Frame {
  let names: ReadonlySet<string> | undefined;
  return { parent, kind, isWall, names: () => (names ??= collectNames?.() ?? nothing) };
}

/** Whether `name`, used in `frame`, means what the file declares at its top level. */
export function isTopLevelName(frame: Frame, name: string): boolean {
  let current = frame;
  while (current.parent !== undefined) {
    if (current.names().has(name)) return false;
    current = current.parent;
  }
  return true;
}
