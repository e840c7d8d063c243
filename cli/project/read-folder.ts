import { type Dirent, readdirSync } from "node:fs";

/** What is in a folder. Nothing, where it cannot be read. */
export function readFolder(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
