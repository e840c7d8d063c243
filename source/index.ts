export type { DiagnosticKey, Severity } from "../transformer/diagnostics/table";
export type { Lowering } from "../transformer/syntax/find-directives";
export type { SourceDiagnostic } from "./source-diagnostic";
export { transform, type Transformed, type TransformOptions } from "./transform";
