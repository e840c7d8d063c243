import type ts from "typescript";
import type { Finding } from "./finding";
import { diagnostics, entryOf, type Severity } from "./table";

/** The text of a finding: its stable key first, then what happened, then what to do. */
export function messageOf(finding: Pick<Finding, "key" | "args" | "help" | "isOfUsing">): string {
  const { key, args, isOfUsing, help: own } = finding;
  const { message, help, helpOfUsing = help } = entryOf(key);
  const fill = (text: string): string =>
    text.replace(/\{(\d)\}/g, (_, index: string) => args[Number(index)] ?? "");
  return `${key}: ${fill(message)} ${own ?? fill(isOfUsing ? helpOfUsing : help)}`;
}

/** How loud a finding is. */
export function severityOf({ key, severity }: Pick<Finding, "key" | "severity">): Severity {
  return severity ?? diagnostics[key].category;
}

/** Turns a finding into what a TypeScript host prints. */
export function createDiagnostic(tsInstance: typeof ts, finding: Finding): ts.Diagnostic {
  const { Error, Warning, Suggestion } = tsInstance.DiagnosticCategory;
  const { sourceFile: file, related = [] } = finding;
  const { code } = diagnostics[finding.key];
  return {
    file,
    start: finding.start,
    length: finding.length,
    code,
    category: { error: Error, warning: Warning, suggestion: Suggestion, off: Suggestion }[
      severityOf(finding)
    ],
    messageText: messageOf(finding),
    source: "ts-raii",
    ...(related.length > 0 && {
      relatedInformation: related.map(({ start, length, message }) => ({
        file,
        start,
        length,
        code,
        category: tsInstance.DiagnosticCategory.Message,
        messageText: message,
      })),
    }),
  };
}
