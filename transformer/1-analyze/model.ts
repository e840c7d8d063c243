import type ts from "typescript";
import type { MarkerBindings } from "./find-markers";
import type { Frame } from "./frame";
import type { FunctionRecord, RecordedAcquisition } from "./plan-function";

/** What the walk over a file has found, for the rules to look at. Nodes of the source, nothing decided. */
export interface SourceFileModel {
  /** The functions with a body, annotated or not; but those in statements that say nothing of resources. */
  readonly functions: readonly FunctionRecord[];
  /** The `using` declarations outside of any function. */
  readonly topLevel: readonly RecordedAcquisition[];
  readonly fileIsAnnotated: boolean;
  readonly markers: MarkerBindings;
  /** Every identifier spelt as a marker is in this file, names of properties and the like included. */
  readonly mentions: readonly { readonly name: ts.Identifier; readonly frame: Frame }[];
  /** The directives that say again what one before them has said. */
  readonly repeated: readonly ts.ExpressionStatement[];
}
