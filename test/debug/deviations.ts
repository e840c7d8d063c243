import type { Lowering } from "../harness/compile.ts";
import type { StepKind } from "./debugger.ts";
import type { Shape } from "./shapes.ts";

/** Where stepping differs from that of the function by hand. */
export interface Deviation {
  readonly difference: string;
  readonly reason: string;
}

export function deviationsOf(_shape: Shape, _lowering: Lowering, _kind: StepKind): readonly Deviation[] {
  return [];
}
