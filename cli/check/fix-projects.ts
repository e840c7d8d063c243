import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type ts from "typescript";
import type { Fix } from "../../transformer/diagnostics/finding";
import { applyEdits, selectEdits } from "../../transformer/fixes/select-edits";
import type { Project } from "../read-project";
import { type Checked, checkProjects } from "./check-projects";

export interface Fixed {
  /** What is still found. */
  readonly checked: Checked;
  readonly fixCount: number;
  readonly fileCount: number;
}

/** No code needs so many; fixes that bring each other up again end here. */
const maxRounds = 10;

/**
 * Makes the fixes of what is found, looks again at what that has given, and writes the files.
 * It ends when nothing is left to fix, or when the fixes no longer get fewer.
 */
export function fixProjects(compiler: typeof ts, projects: readonly Project[]): Fixed {
  const texts = new Map<string, string>();
  const byteOrderMarks = new Map<string, string>();
  let checked = checkProjects(compiler, projects);
  let fixCount = 0;
  let previous = Infinity;
  for (let round = 0; round < maxRounds; round++) {
    const fixes = fixesByFile(checked);
    const count = [...fixes.values()].reduce((sum, each) => sum + each.length, 0);
    if (count === 0 || count >= previous) break;
    previous = count;
    for (const [sourceFile, ofFile] of fixes) {
      const fileName = resolve(sourceFile.fileName);
      if (!texts.has(fileName)) {
        const raw = readFileSync(fileName, "utf8");
        const mark = raw.startsWith("\uFEFF") ? "\uFEFF" : "";
        // Not UTF-8, or changed since: it is not for us to write.
        if (raw.slice(mark.length) !== sourceFile.text) continue;
        byteOrderMarks.set(fileName, mark);
      }
      const selection = selectEdits(ofFile);
      texts.set(fileName, applyEdits(sourceFile.text, selection.edits));
      fixCount += selection.count;
    }
    checked = checkProjects(compiler, projects, texts);
  }
  for (const [fileName, text] of texts) writeFileSync(fileName, (byteOrderMarks.get(fileName) ?? "") + text);
  return { checked, fixCount, fileCount: texts.size };
}

function fixesByFile({ findings }: Checked): Map<ts.SourceFile, Fix[]> {
  const fixes = new Map<ts.SourceFile, Fix[]>();
  for (const { sourceFile, automaticFix } of findings) {
    if (sourceFile === undefined || automaticFix === undefined) continue;
    fixes.set(sourceFile, [...(fixes.get(sourceFile) ?? []), automaticFix]);
  }
  return fixes;
}
