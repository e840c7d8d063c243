import type ts from "typescript";
import { isMarkerName } from "../transformer/1-analyze/markers";
import type { Fix } from "../transformer/diagnostics/finding";
import { importMarker } from "../transformer/fixes/import-marker";
import type { EditorProject } from "./editor-project";

/** "Cannot find name '{0}'." and the same with "Did you mean …?" */
const unresolvedName = [2304, 2552];

/** Offers to import a marker where the name is not known and the server does not offer it by itself. */
export function fixUnresolvedMarker(
  { service, tsInstance, options, isActive }: EditorProject,
  asked: {
    readonly fileName: string;
    readonly start: number;
    readonly end: number;
    readonly errorCodes: readonly number[];
    readonly found: readonly ts.CodeFixAction[];
  },
): readonly Fix[] {
  if (!isActive || !asked.errorCodes.some((code) => unresolvedName.includes(code))) return [];
  const sourceFile = service.getProgram()?.getSourceFile(asked.fileName);
  const name = sourceFile?.text.slice(asked.start, asked.end);
  if (sourceFile === undefined || name === undefined || !isMarkerName(name)) return [];
  // Each of the server's own says which module it imports from.
  const isOffered = asked.found.some(({ description }) => description.includes(`"${options.importSource}"`));
  return isOffered ? [] : [importMarker(tsInstance, sourceFile, options.importSource, name)];
}
