import type ts from "typescript";
import { hasRaiiTag } from "../syntax/find-directives";
import type { FunctionNode } from "../syntax/function-node";
import { functionHeldBy, plainNameOf } from "./name-functions";

/** What a walk has noted of functions before it comes to them. */
interface FunctionNotes {
  /** A function can be tagged and named by what holds it: `/** @raii *\/ const close = () => …`. */
  noteFunctionOf(node: ts.Node): void;
  /** Whether it or what holds it has the tag `@raii`. */
  isTagged(fn: ts.Node): boolean;
  /** Its name, or that of the variable or member it is the value of. */
  nameOf(fn: FunctionNode): string | undefined;
}

/** Begins the notes of one file. */
export function noteFunctions(tsInstance: typeof ts, sourceFile: ts.SourceFile): FunctionNotes {
  const mayBeTagged = sourceFile.text.includes("@raii");
  const tagged = new Set<ts.Node>();
  const names = new Map<ts.Node, string>();
  /** The name of an overload signature with a tag: it stands for the implementation that follows. */
  let taggedOverload: string | undefined;
  return {
    noteFunctionOf(node) {
      const fn = tsInstance.isFunctionLike(node) ? node : functionHeldBy(tsInstance, node);
      if (fn === undefined) return;
      const name = plainNameOf(tsInstance, node);
      if (mayBeTagged) {
        const isOverload = (fn as Partial<FunctionNode>).body === undefined;
        const isTagged =
          hasRaiiTag(tsInstance, sourceFile, node) || (name !== undefined && name === taggedOverload);
        if (isTagged) tagged.add(fn);
        taggedOverload = isOverload && isTagged ? name : undefined;
      }
      if (name !== undefined) names.set(fn, name);
    },
    isTagged: (fn) => tagged.has(fn),
    nameOf: (fn) => plainNameOf(tsInstance, fn) ?? names.get(fn),
  };
}
