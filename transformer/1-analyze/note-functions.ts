import type ts from "typescript";
import { type RaiiTag, raiiTagOf } from "../syntax/find-directives";
import type { FunctionNode } from "../syntax/function-node";
import { functionHeldBy, plainNameOf } from "./name-functions";

/** What a walk has noted of functions before it comes to them. */
interface FunctionNotes {
  /** A function can be tagged and named by what holds it: `/** @raii *\/ const close = () => …`. */
  noteFunctionOf(node: ts.Node): void;
  /** The tag `@raii` of it or of what holds it. */
  tagOf(fn: ts.Node): RaiiTag | undefined;
  /** Its name, or that of the variable or member it is the value of. */
  nameOf(fn: FunctionNode): string | undefined;
  /** Whether an overload with a tag has been met, and not yet what it stands for. */
  awaitImplementation(): boolean;
}

/** Begins the notes of one file. */
export function noteFunctions(tsInstance: typeof ts, sourceFile: ts.SourceFile): FunctionNotes {
  const mayBeTagged = sourceFile.text.includes("@raii");
  const tags = new Map<ts.Node, RaiiTag>();
  const names = new Map<ts.Node, string>();
  /** An overload signature with a tag: it stands for the implementation that follows. */
  let taggedOverload: { readonly name: string; readonly tag: RaiiTag } | undefined;
  return {
    noteFunctionOf(node) {
      const fn = tsInstance.isFunctionLike(node) ? node : functionHeldBy(tsInstance, node);
      if (fn === undefined) return;
      const name = plainNameOf(tsInstance, node);
      if (mayBeTagged) {
        const isOverload = (fn as Partial<FunctionNode>).body === undefined;
        const ofOverload = name === taggedOverload?.name ? taggedOverload?.tag : undefined;
        const tag = raiiTagOf(tsInstance, sourceFile, node) ?? ofOverload;
        if (tag !== undefined) tags.set(fn, tag);
        taggedOverload = isOverload && tag !== undefined && name !== undefined ? { name, tag } : undefined;
      }
      if (name !== undefined) names.set(fn, name);
    },
    awaitImplementation: () => taggedOverload !== undefined,
    tagOf: (fn) => tags.get(fn),
    nameOf: (fn) => plainNameOf(tsInstance, fn) ?? names.get(fn),
  };
}
