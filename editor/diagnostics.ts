import type ts from "typescript";
import { createDiagnostic, severityOf } from "../transformer/diagnostics/create-diagnostic";
import { analyzedFile } from "./analyzed-files";
import type { EditorProject } from "./editor-project";
import { extend, type Methods } from "./extend";

/**
 * The diagnostics of the build, where they are made: errors and warnings with those of the type checker, suggestions
 * with the compiler's own.
 */
export function diagnosticMethods(project: EditorProject): Methods {
  const { service, log } = project;
  return {
    ...extend(service, "getSemanticDiagnostics", log, (found, fileName) => [
      ...found,
      ...diagnosticsOf(project, fileName, false),
    ]),
    ...extend(service, "getSuggestionDiagnostics", log, (found, fileName) => [
      ...found,
      ...(diagnosticsOf(project, fileName, true) as ts.DiagnosticWithLocation[]),
    ]),
  };
}

function diagnosticsOf(project: EditorProject, fileName: string, suggestions: boolean): ts.Diagnostic[] {
  const findings = analyzedFile(project, fileName)?.findings() ?? [];
  return findings
    .filter((finding) => (severityOf(finding) === "suggestion") === suggestions)
    .map((finding) => createDiagnostic(project.tsInstance, finding));
}
