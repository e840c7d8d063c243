import type { Fix } from "../../diagnostics/finding";
import { holdForFunction } from "../../fixes/hold-for-function";
import type { Held } from "../../flow/held";
import type { TypedFile } from "../rule";

/** The fix of a finding that holds a handle of a block until its function returns, where there is one. */
export function fixByHolding({ tsInstance }: TypedFile, { node }: Held): { readonly fix?: Fix } {
  const [fix] = holdForFunction(tsInstance, node);
  return fix === undefined ? {} : { fix };
}
