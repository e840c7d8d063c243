import { join, posix } from "node:path";
import { raii } from "ts-raii";
import { openFolder } from "./open-folder.js";

/** The paths of all regular files in and below a folder: relative to it, with `/`, sorted. */
export function listFiles(root: string): string[] {
  "use raii";
  const files: string[] = [];
  const folders = [""];
  for (const path of folders) {
    const folder = raii(openFolder(join(root, path))); // const: closed before the next one is opened
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      const inside = posix.join(path, entry.name);
      if (entry.isDirectory()) folders.push(inside);
      if (entry.isFile()) files.push(inside);
    }
  }
  return files.sort();
}
