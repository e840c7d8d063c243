import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder and those around it, up to that of the repository. */
export function foldersAround(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    folders.push(at);
    if (existsSync(join(at, ".git")) || dirname(at) === at) return folders;
  }
}
