import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import type { FixedFile } from "./fixed-file";

/** Makes `raii.function(x)` of `raii(x)`: it is held until the function returns. None for what `using` has declared. */
export function holdForFunction(tsInstance: typeof ts, acquisition: ts.Node): readonly Fix[] {
  if (!tsInstance.isCallExpression(acquisition)) return [];
  return [
    {
      id: "hold-for-function",
      title: "Hold it until the function returns: raii.function()",
      edits: [{ start: acquisition.expression.end, length: 0, text: ".function" }],
    },
  ];
}

/** The same for a finding that underlines the call. */
export const holdFound = ({ tsInstance, node }: FixedFile): readonly Fix[] =>
  holdForFunction(tsInstance, node);
