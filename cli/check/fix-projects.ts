import type ts from "typescript";
import type { Fix } from "../../transformer/diagnostics/finding";
import { applyEdits, selectEdits } from "../../transformer/fixes/select-edits";
import type { Project } from "../read-project";
import { SourceTexts } from "../source-texts";
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
export function fixProjects(compiler: typeof ts, projects: readonly Project[], withoutRaii: boolean): Fixed {
  const texts = new SourceTexts();
  let checked = checkProjects(compiler, projects, { withoutRaii });
  let fixCount = 0;
  let previous = Infinity;
  for (let round = 0; round < maxRounds; round++) {
    const fixes = fixesByFile(checked);
    const count = [...fixes.values()].reduce((sum, each) => sum + each.length, 0);
    if (count === 0 || count >= previous) break;
    previous = count;
    for (const [sourceFile, ofFile] of fixes) {
      const selection = selectEdits(ofFile);
      if (!texts.change(sourceFile, applyEdits(sourceFile.text, selection.edits))) continue;
      fixCount += selection.count;
    }
    checked = checkProjects(compiler, projects, { withoutRaii, texts: texts.changed });
  }
  texts.write();
  return { checked, fixCount, fileCount: texts.changed.size };
}

function fixesByFile({ findings }: Checked): Map<ts.SourceFile, Fix[]> {
  const fixes = new Map<ts.SourceFile, Fix[]>();
  for (const { sourceFile, automaticFix } of findings) {
    if (sourceFile === undefined || automaticFix === undefined) continue;
    fixes.set(sourceFile, [...(fixes.get(sourceFile) ?? []), automaticFix]);
  }
  return fixes;
}
