import type { Fix } from "../diagnostics/finding";
import { isFunctionNode } from "../syntax/function-node";
import { contains, functionOf } from "../syntax/nodes";
import type { FixedFile } from "./fixed-file";
import { placeDirective } from "./place-directive";

/** Annotates the function in which an acquisition stands. */
export function addDirective({ tsInstance, sourceFile, node }: FixedFile): readonly Fix[] {
  const fn = functionOf(tsInstance, node);
  if (!isFunctionNode(tsInstance, fn) || fn.body === undefined || !contains(fn.body, node)) return [];
  const edits = placeDirective(tsInstance, sourceFile, fn);
  if (edits.length === 0) return [];
  return [{ id: "add-directive", title: 'Annotate the function "use raii"', edits }];
}
