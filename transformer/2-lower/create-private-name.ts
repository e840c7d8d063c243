import type ts from "typescript";
import { forEachDescendant } from "../syntax/for-each-descendant";
import type { LowerContext } from "./lower-context";

/**
 * A private name that no class of the file has: it hides none of a class around, and none of a class inside hides it.
 *
 * Written out, and not left to the compiler, which numbers every private name that it makes up.
 */
export function createPrivateName(lower: LowerContext, base: string): ts.PrivateIdentifier {
  const taken = (lower.privateNames ??= privateNamesOf(lower));
  let number = taken.get(`#${base}`) ?? 0;
  let text: string;
  do {
    text = `#${base}${number === 0 ? "" : `_${number}`}`;
    number++;
  } while (taken.has(text));
  taken.set(text, 1);
  taken.set(`#${base}`, number);
  return lower.factory.createPrivateIdentifier(text);
}

function privateNamesOf({ sourceFile, tsInstance }: LowerContext): Map<string, number> {
  const names = new Map<string, number>();
  forEachDescendant(tsInstance, sourceFile, (node) => {
    if (tsInstance.isPrivateIdentifier(node)) names.set(node.text, 1);
    return true;
  });
  return names;
}
