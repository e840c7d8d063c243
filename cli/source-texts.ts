import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type ts from "typescript";

const mark = "\uFEFF";

/** Source files that are changed in memory first. A byte order mark stays where there is one. */
export class SourceTexts {
  /** What files contain that have been changed, by their paths. */
  readonly changed = new Map<string, string>();
  private readonly marks = new Map<string, string>();

  /** Changes a file. @returns whether it may be: not one that is no UTF-8, or that somebody has changed since. */
  change(sourceFile: ts.SourceFile, text: string): boolean {
    const fileName = resolve(sourceFile.fileName);
    if (!this.changed.has(fileName)) {
      const bytes = readFileSync(fileName);
      const raw = bytes.toString("utf8");
      const own = raw.startsWith(mark) ? mark : "";
      // Bytes that are no UTF-8 would not come back: the compiler reads them as U+FFFD, and so does Node.
      if (raw.slice(own.length) !== sourceFile.text || !Buffer.from(raw).equals(bytes)) return false;
      this.marks.set(fileName, own);
    }
    this.changed.set(fileName, text);
    return true;
  }

  /** Writes what has been changed. */
  write(): void {
    for (const [fileName, text] of this.changed) writeFileSync(fileName, this.marks.get(fileName)! + text);
  }
}
