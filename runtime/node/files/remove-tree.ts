import { chmodSync, type Dirent, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { chmod, lstat, readdir, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../common/file-error.js";
import { isShortage, withSpareDescriptor } from "../common/spare-descriptor.js";

/** Windows refuses for a moment what a virus scanner or an indexer has open. */
const persistent = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };

/**
 * Removes a folder and all that is in it, also read-only files and folders. One that is gone already is fine.
 *
 * Not by Node's `rm`. It needs a right to each folder, in some versions several descriptors at a time, and since Node 23
 * `rmSync` says nothing when a part of the path is no folder, and often not which path it could not remove.
 *
 * @param path a folder that nobody else can write to: its own folders are opened up, which follows no link.
 * @throws for what cannot be removed, with its path.
 */
export function removeTree(path: string): void {
  const folders: string[] = [];
  try {
    if (lstatSync(path).isDirectory()) folders.push(path);
    else unlinkSync(path); // it was replaced, perhaps by a link
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  // What is found is pushed behind what it is in: the list grows while it is walked through.
  for (const folder of folders) {
    openUp(folder);
    for (const entry of list(folder)) {
      const at = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(at);
      else remove(at, unlinkSync);
    }
  }
  for (const folder of folders.reverse()) remove(folder, rmdirSync);
}

/** As `removeTree`, without blocking. */
export async function removeTreeAsync(path: string): Promise<void> {
  const folders: string[] = [];
  try {
    if ((await lstat(path)).isDirectory()) folders.push(path);
    else await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  for (const folder of folders) {
    await chmod(folder, 0o700).catch(() => {});
    for (const entry of await listAsync(folder)) {
      const at = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(at);
      else await removeAsync(at, unlink);
    }
  }
  for (const folder of folders.reverse()) await removeAsync(folder, rmdir);
}

/** That it cannot be opened up is told by what comes next. */
function openUp(folder: string): void {
  try {
    chmodSync(folder, 0o700);
  } catch {}
}

/** Of links it tells that they are links, and so leaves what they point to alone. */
function list(folder: string): Dirent[] {
  try {
    return withSpareDescriptor(() => readdirSync(folder, { withFileTypes: true }));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function listAsync(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    if (isShortage(error)) return list(folder); // for a moment it blocks: nobody else gets the spare descriptor
    throw error;
  }
}

function remove(path: string, how: (path: string) => void): void {
  try {
    how(path);
  } catch (error) {
    if (process.platform === "win32") rmSync(path, persistent);
    else if (!isMissing(error)) throw error;
  }
}

async function removeAsync(path: string, how: (path: string) => Promise<void>): Promise<void> {
  try {
    await how(path);
  } catch (error) {
    if (process.platform === "win32") await rm(path, persistent);
    else if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT";
}
