import type ts from "typescript";
import type { Finding, Fix } from "../transformer/diagnostics/finding";
import { diagnostics } from "../transformer/diagnostics/table";
import { fixAllTitles, fixesOf } from "../transformer/fixes/fixes-of";
import { selectEdits } from "../transformer/fixes/select-edits";
import { analyzedFile } from "./analyzed-files";
import type { EditorProject } from "./editor-project";
import { extend, type Methods } from "./extend";
import { fixUnresolvedMarker } from "./fix-unresolved-marker";

const prefix = "ts-raii:";

/** Quick fixes of our findings, one by one and all of a kind, and the import where `raii` is not known. */
export function fixMethods(project: EditorProject): Methods {
  const { service, log } = project;
  return {
    // An editor asks only about the codes that are listed.
    ...extend(service, "getSupportedCodeFixes", log, (codes) => [
      ...codes,
      ...Object.values(diagnostics).map(({ code }) => String(code)),
    ]),
    ...extend(service, "getCodeFixesAtPosition", log, (found, fileName, start, end, errorCodes) => {
      const ours = findingsIn(project, fileName)
        .filter(({ key }) => errorCodes.includes(diagnostics[key].code))
        .filter((finding) => finding.start! <= end && start <= finding.start! + finding.length!)
        .flatMap((finding) => fixesIn(project, finding))
        .map((fix) => createAction(fileName, fix));
      const missing = fixUnresolvedMarker(project, { fileName, start, end, errorCodes, found });
      return [...found, ...ours, ...missing.map((fix) => createAction(fileName, fix))];
    }),
    getCombinedCodeFix(scope, fixId, ...rest) {
      if (typeof fixId !== "string" || !fixId.startsWith(prefix))
        return service.getCombinedCodeFix(scope, fixId, ...rest);
      try {
        const all = findingsIn(project, scope.fileName).flatMap((finding) =>
          fixesIn(project, finding).filter(({ id }) => prefix + id === fixId),
        );
        return { changes: [createChanges(scope.fileName, selectEdits(all).edits)] };
      } catch (error) {
        log(error);
        return { changes: [] };
      }
    },
  };
}

function findingsIn(project: EditorProject, fileName: string): readonly Finding[] {
  return analyzedFile(project, fileName)?.findings() ?? [];
}

function fixesIn({ tsInstance, options }: EditorProject, finding: Finding): readonly Fix[] {
  return fixesOf(tsInstance, finding.sourceFile!, options, finding);
}

function createAction(fileName: string, fix: Fix): ts.CodeFixAction {
  const fixAllDescription = fixAllTitles[fix.id];
  return {
    fixName: prefix + fix.id,
    description: fix.title,
    changes: [createChanges(fileName, fix.edits)],
    ...(fixAllDescription !== undefined && { fixId: prefix + fix.id, fixAllDescription }),
  };
}

function createChanges(fileName: string, edits: Fix["edits"]): ts.FileTextChanges {
  const textChanges = [...edits]
    .sort((a, b) => a.start - b.start)
    .map(({ start, length, text }) => ({ span: { start, length }, newText: text }));
  return { fileName, textChanges };
}
