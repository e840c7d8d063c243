import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import type { FixedFile } from "./fixed-file";

/** Makes `raii.function(x)` of `raii(x)`: it is held until the function returns. */
export function holdForFunction(call: ts.CallExpression): Fix {
  return {
    id: "hold-for-function",
    title: "Hold it until the function returns: raii.function()",
    edits: [{ start: call.expression.end, length: 0, text: ".function" }],
  };
}

/** The same for a finding that underlines the call. */
export function holdFound({ tsInstance, node }: FixedFile): readonly Fix[] {
  return tsInstance.isCallExpression(node) ? [holdForFunction(node)] : [];
}
