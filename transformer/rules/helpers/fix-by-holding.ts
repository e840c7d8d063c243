import type { Fix } from "../../diagnostics/finding";
import { holdForFunction } from "../../fixes/hold-for-function";
import type { Held } from "../../flow/held";
import type { TypedFile } from "../rule";

/** The fix that holds a handle of a block until its function returns; none where `using` has declared it. */
export function fixByHolding({ tsInstance }: TypedFile, { node }: Held): { readonly fix?: Fix } {
  return tsInstance.isCallExpression(node) ? { fix: holdForFunction(node) } : {};
}
