import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** By their paths; what is not a text becomes JSON. */
export type Files = Readonly<Record<string, string | object>>;

/** Writes a package into a new folder outside the repository. */
export function makePackage(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "init-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const text = typeof content === "string" ? content : `${JSON.stringify(content, undefined, 2)}\n`;
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
