import { pathToFileURL } from "node:url";
import type { ArtifactLocation, Log, Notification, ReportingDescriptor, Result } from "sarif";
import { packageVersion } from "../../toolchain/package-version";
import { messageOf, severityOf } from "../../transformer/diagnostics/create-diagnostic";
import { type DiagnosticKey, diagnostics, entryOf, type Severity } from "../../transformer/diagnostics/table";
import type { CheckedFinding } from "./check-projects";
import { regionOf, type Report, uriOf } from "./report";

const levels = {
  error: "error",
  warning: "warning",
  suggestion: "note",
  off: "none",
} as const satisfies Record<Severity, string>;

const keys = Object.keys(diagnostics) as DiagnosticKey[];

/** The findings as SARIF 2.1.0, which code hosts show beside the lines of a change. */
export function formatSarif(report: Report): string {
  const { cwd, findings, unreadable, internalErrors } = report;
  const notes = [
    ...unreadable.map((fileName) => note("warning", "The file has syntax errors.", fileName, cwd)),
    ...internalErrors.map(({ fileName, error }) =>
      note("error", `A rule failed: ${String(error)}`, fileName, cwd),
    ),
  ];
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "ts-raii", version: packageVersion(), rules: keys.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(cwd).href}/` } },
        invocations: [
          {
            executionSuccessful: internalErrors.length === 0,
            ...(notes.length > 0 && { toolExecutionNotifications: notes }),
          },
        ],
        results: findings.map((finding) => resultOf(finding, cwd)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(key: DiagnosticKey): ReportingDescriptor {
  const { code, category, message, help, needsTypes } = entryOf(key);
  // What a finding fills in.
  const general = (text: string): string => text.replace(/\{\d\}/g, "…");
  return {
    id: key,
    name: key.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: general(message) },
    fullDescription: { text: `${general(message)} ${general(help)}` },
    help: { text: general(help) },
    defaultConfiguration: { enabled: category !== "off", level: levels[category] },
    properties: { code: `TS${code}`, needsTypes },
  };
}

function resultOf(finding: CheckedFinding, cwd: string): Result {
  const { key, sourceFile, start, length = 0, related = [], fixes } = finding;
  return {
    ruleId: key,
    ruleIndex: keys.indexOf(key),
    level: levels[severityOf(finding)],
    message: { text: messageOf(finding).slice(`${key}: `.length) },
    ...(sourceFile && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: artifactOf(sourceFile.fileName, cwd),
            ...(start !== undefined && { region: regionOf(sourceFile, start, length) }),
          },
        },
      ],
    }),
    ...(sourceFile &&
      related.length > 0 && {
        relatedLocations: related.map((each, id) => ({
          id,
          message: { text: each.message },
          physicalLocation: {
            artifactLocation: artifactOf(sourceFile.fileName, cwd),
            region: regionOf(sourceFile, each.start, each.length),
          },
        })),
      }),
    ...(sourceFile &&
      fixes.length > 0 && {
        fixes: fixes.map(({ title, edits }) => ({
          description: { text: title },
          artifactChanges: [
            {
              artifactLocation: artifactOf(sourceFile.fileName, cwd),
              replacements: edits.map((edit) => ({
                deletedRegion: regionOf(sourceFile, edit.start, edit.length),
                insertedContent: { text: edit.text },
              })),
            },
          ],
        })),
      }),
  };
}

function note(level: "warning" | "error", text: string, fileName: string, cwd: string): Notification {
  return {
    level,
    message: { text },
    locations: [{ physicalLocation: { artifactLocation: artifactOf(fileName, cwd) } }],
  };
}

function artifactOf(fileName: string, cwd: string): ArtifactLocation {
  const uri = uriOf(fileName, cwd);
  return uri.startsWith("file:") ? { uri } : { uri, uriBaseId: "SRCROOT" };
}
