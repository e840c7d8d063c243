import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from "node:fs";
import { codeOf } from "../common/file-error.js";
import { ownerTag } from "../common/owner-tag.js";
import type { LockHolder } from "./lock-holder.js";

/**
 * Who wants a lock, written down, whole and flushed, in a file beside it: so it is complete wherever it becomes visible.
 * The file that becomes the lock stays open, for the release: it needs no descriptor, and no file, that it may not get.
 */
export class LockCandidate {
  private readonly content: string;
  private readonly path: string;
  /** Of the file that was placed last. */
  descriptor: number;

  /** @param lock the path of the lock. */
  constructor(lock: string, holder: LockHolder) {
    this.content = `${JSON.stringify(holder, null, 2)}\n`;
    this.path = `${lock}.${ownerTag()}-${randomBytes(6).toString("hex")}.tmp`;
    this.descriptor = openSync(this.path, "wx+", 0o644);
    try {
      writeFileSync(this.descriptor, this.content);
      fsyncSync(this.descriptor); // else a crash of the machine could leave a lock that does not say whose it was
    } catch (error) {
      this.remove();
      this.close();
      throw error;
    }
  }

  /** Puts it at a path where nothing is. @returns `false` where something is. */
  place(at: string): boolean {
    try {
      linkSync(this.path, at);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      if (!canNotLink(error)) throw error;
    }
    const placed = placeWithoutLink(at, this.content);
    if (placed === undefined) return false;
    this.close();
    this.descriptor = placed;
    return true;
  }

  /** Removes the file beside the lock. What was placed stays. */
  remove(): void {
    tryToRemove(this.path);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** On file systems without hard links (FAT). */
export function canNotLink(error: unknown): boolean {
  return ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(codeOf(error) ?? "");
}

/** For a moment the file is there and not complete. @returns its descriptor; `undefined` where something is. */
export function placeWithoutLink(at: string, content: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(at, "wx+", 0o644);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  }
  try {
    writeFileSync(descriptor, content);
    return descriptor;
  } catch (error) {
    tryToRemove(at);
    closeSync(descriptor);
    throw error;
  }
}

/** Of what nobody looks at any more. */
export function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
