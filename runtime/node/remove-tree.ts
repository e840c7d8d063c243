import { chmodSync, type Dirent, readdirSync, rmSync } from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./file-error.js";

/** Windows refuses for a moment what a virus scanner or an indexer has open. */
const persistent = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };

/**
 * Removes a folder and all that is in it, also read-only files and folders. One that is gone already is fine.
 *
 * @param path a folder that nobody else can write to: its own folders are opened up, which follows no link.
 * @throws what Node's `rm` throws, for what cannot be removed.
 */
export function removeTree(path: string): void {
  try {
    rmSync(path, persistent);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const folders = [path];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      chmodSync(folder, 0o700);
      folders.push(...foldersIn(folder, readdirSync(folder, { withFileTypes: true })));
    }
    rmSync(path, persistent);
  }
}

/** As `removeTree`, without blocking. */
export async function removeTreeAsync(path: string): Promise<void> {
  try {
    await rm(path, persistent);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const folders = [path];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      try {
        await chmod(folder, 0o700);
        folders.push(...foldersIn(folder, await readdir(folder, { withFileTypes: true })));
      } catch (missing) {
        // What was begun at other places when `rm` gave up goes on behind its back.
        if (codeOf(missing) !== "ENOENT") throw missing;
      }
    }
    await rm(path, persistent);
  }
}

function isRefusal(error: unknown): boolean {
  return ["EACCES", "EPERM"].includes(codeOf(error) ?? "");
}

/** Of links it tells that they are links, and so leaves what they point to alone. */
function foldersIn(folder: string, entries: Dirent[]): string[] {
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
