import { stripVTControlCharacters } from "node:util";
import type ts from "typescript";
import { createDiagnostic, severityOf } from "../../transformer/diagnostics/create-diagnostic";
import type { Finding } from "../../transformer/diagnostics/finding";
import { paint, type Terminal } from "../terminal";
import { counted, type Report, shownPath } from "./report";

/** The findings as `tsc` shows them: with code frames for a person, a line each for a tool. */
export function formatText(report: Report, terminal: Terminal): string {
  const { compiler, cwd, findings, fixed } = report;
  const host: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: () => cwd,
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  };
  const text = findings.map((finding) => formatFinding(compiler, finding, host, terminal));
  if (fixed !== undefined)
    text.push(`Fixed ${counted(fixed.fixes, "finding")} in ${counted(fixed.files, "file")}.\n`);
  if (terminal.isPretty) text.push(summary(report, terminal));
  return text.join(terminal.isPretty ? "\n" : ""); // each ends its line
}

/** What is to be said beside the findings. */
export function formatNotes({ cwd, unreadable, internalErrors }: Report): string {
  return [
    ...unreadable.map((each) => `note: ${shownPath(each, cwd)} has syntax errors; run tsc to see them.\n`),
    ...internalErrors.map(
      ({ fileName, error }) =>
        `note: a rule failed on ${shownPath(fileName, cwd)}, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    ),
  ].join("");
}

function formatFinding(
  compiler: typeof ts,
  finding: Finding,
  host: ts.FormatDiagnosticsHost,
  terminal: Terminal,
): string {
  const { Message, Suggestion } = compiler.DiagnosticCategory;
  const diagnostic = createDiagnostic(compiler, finding);
  if (!terminal.isPretty) return compiler.formatDiagnostic(diagnostic, host);
  // TypeScript has no colour for suggestions: it fails on one.
  const isSuggestion = diagnostic.category === Suggestion;
  const shown = isSuggestion ? { ...diagnostic, category: Message } : diagnostic;
  const pretty = compiler.formatDiagnosticsWithColorAndContext([shown], host);
  const named = isSuggestion
    ? pretty.replace("\u001b[94mmessage\u001b[0m", "\u001b[94msuggestion\u001b[0m")
    : pretty;
  return terminal.hasColors ? named : stripVTControlCharacters(named);
}

function summary({ findings, fileCount }: Report, terminal: Terminal): string {
  const files = counted(fileCount, "file");
  if (findings.length === 0) return `${paint(terminal, "green", "Nothing found")} in ${files}.\n`;
  const count = (severity: string): number => findings.filter((each) => severityOf(each) === severity).length;
  const parts = ["error", "warning", "suggestion"]
    .filter((severity) => count(severity) > 0)
    .map((severity) => counted(count(severity), severity));
  const fixable = findings.filter(({ automaticFix }) => automaticFix !== undefined).length;
  const hint =
    fixable === 0
      ? ""
      : ` --fix would fix ${fixable === findings.length ? "all of them" : `${fixable} of them`}.`;
  return `Found ${parts.join(", ")} in ${files}.${hint}\n`;
}
