import { messageOf, severityOf } from "../../transformer/diagnostics/create-diagnostic";
import type { Fix } from "../../transformer/diagnostics/finding";
import { diagnostics } from "../../transformer/diagnostics/table";
import type { CheckedFinding } from "./check-projects";
import { regionOf, type Report, shownPath } from "./report";

/** The findings for a program to read; `version` changes when a field changes its meaning. */
export function formatJson(report: Report): string {
  const { cwd, findings, fileCount, fixed, unreadable } = report;
  const json = {
    version: 1,
    files: fileCount,
    ...(fixed && { fixed }),
    unreadable: unreadable.map((each) => shownPath(each, cwd)),
    findings: findings.map((finding) => describe(finding, cwd)),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function describe(finding: CheckedFinding, cwd: string): object {
  const { key, sourceFile, start, length = 0, related = [], fixes, automaticFix } = finding;
  const region = (at: number, size: number): object | undefined =>
    sourceFile && { offset: at, length: size, ...regionOf(sourceFile, at, size) };
  const describeFix = ({ id, title, edits }: Fix): object => ({
    id,
    title,
    edits: edits.map((edit) => ({ region: region(edit.start, edit.length), text: edit.text })),
  });
  return {
    key,
    code: diagnostics[key].code,
    severity: severityOf(finding),
    message: messageOf(finding),
    ...(sourceFile && { file: shownPath(sourceFile.fileName, cwd) }),
    ...(start !== undefined && { region: region(start, length) }),
    ...(related.length > 0 && {
      related: related.map((each) => ({ message: each.message, region: region(each.start, each.length) })),
    }),
    // The one that `--fix` makes.
    ...(automaticFix && { fix: describeFix(automaticFix) }),
    ...(fixes.length > 0 && { fixes: fixes.map(describeFix) }),
  };
}
