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
    | {
        readonly kind: "class";
        readonly class: ts.ClassLikeDeclaration;
        /** TypeScript puts what it makes of standard decorators before any static block of ours. */
        readonly isDecorated: boolean;
      }
    /** What a class evaluates before its static blocks: heritage, computed names, decorators. */
    | { readonly kind: "class-definition" }
    /** Names without a statement list, evaluated once each time its container is (a `catch` parameter). */
    | { readonly kind: "once" }
    /** The same, evaluated any number of times: parameters, loop heads. */
    | { readonly kind: "repeated" };
  /** A wall cannot be moved across: what its names mean outside is for the compiler to rewrite (namespaces, enums). */
  readonly isWall: boolean;
  /** The function whose parameters these are. */
  readonly fn: ts.Node | undefined;
  /** The parameters of a function declaration: it may be called from the beginning of its block on. */
  readonly isHoistedFunction: boolean;
  readonly names: () => ReadonlySet<string>;
  /** What `isTopLevelName` has found out. */
  readonly topLevelNames: Map<string, boolean>;
  /** The names whose value never changes, with the place in the text from which on they have it. */
  readonly constants: () => ReadonlyMap<string, number>;
}

type CreateFrame = Pick<Frame, "parent" | "kind"> & Partial<Omit<Frame, "parent" | "kind" | "topLevelNames">>;

const noNames: ReadonlySet<string> = new Set();
const noConstants: ReadonlyMap<string, number> = new Map();

/** Makes a frame. What it declares is collected when it is first asked for: most never are. */
export function createFrame(frame: CreateFrame): Frame {
  let names: ReadonlySet<string> | undefined;
  let constants: ReadonlyMap<string, number> | undefined;
  return {
    isWall: false,
    fn: undefined,
    isHoistedFunction: false,
    ...frame,
    topLevelNames: new Map(),
    names: () => (names ??= frame.names?.() ?? noNames),
    constants: () => (constants ??= frame.constants?.() ?? noConstants),
  };
}

/** Whether `name`, used in `frame`, means what the file declares at its top level. */
export function isTopLevelName(frame: Frame, name: string): boolean {
  const passed: Frame[] = [];
  let isTopLevel = true;
  for (let current = frame; current.parent !== undefined; current = current.parent) {
    const known = current.topLevelNames.get(name);
    if (known !== undefined) {
      isTopLevel = known;
      break;
    }
    passed.push(current);
    if (current.names().has(name)) {
      isTopLevel = false;
      break;
    }
  }
  // Kept, so that a marker in each of many nested blocks does not go all the way out for each.
  for (const each of passed) each.topLevelNames.set(name, isTopLevel);
  return isTopLevel;
}
