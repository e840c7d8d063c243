import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  type Mode,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { codeOf, fileError, messageOf } from "../common/file-error.js";
import { type AtomicTarget, rightsOf, withoutSetId } from "./atomic-target.js";
import { renamePersistently } from "./rename.js";

/** What {@link atomicWrite} gives: the temporary file that takes the place of the target when the scope succeeds. */
export interface AtomicFile {
  /** Of the temporary file, for what writes to paths. */
  readonly path: string;
  /** The open descriptor of the temporary file, for what writes to descriptors; the scope closes it. */
  readonly descriptor: number;
  /**
   * Appends `data`, a string as UTF-8. When it fails, the target will not be replaced, even if the error is caught.
   * @throws what `fs.writeSync` throws (`ENOSPC`, …); an Error when the scope has ended.
   */
  write(data: string | NodeJS.ArrayBufferView): void;
}

/** The file of one acquisition. */
export class OpenAtomicFile implements AtomicFile {
  readonly path: string;
  readonly descriptor: number;
  private state: "open" | "incomplete" | "closed" = "open";
  private failure: unknown = undefined;

  constructor(
    private readonly target: AtomicTarget,
    mode: Mode,
  ) {
    this.path = target.temporary;
    this.descriptor = openSync(this.path, "wx", mode);
  }

  write(data: string | NodeJS.ArrayBufferView): void {
    if (this.state === "closed") throw writeAfterEnd(this.target.path);
    try {
      writeFileSync(this.descriptor, data); // the whole of it, from where the last write has ended
    } catch (error) {
      this.state = "incomplete";
      this.failure = error;
      throw error;
    }
  }

  /** Puts the file in place of the target: all of it, or nothing. */
  commit(): void {
    const { path, descriptor, target } = this;
    try {
      if (this.state === "incomplete") throw this.failure;
      this.carryOverRights();
      fsyncSync(descriptor); // else a crash could leave the new name with no content
      this.state = "closed";
      closeSync(descriptor);
      renamePersistently(path, target.path);
    } catch (error) {
      let left: unknown;
      try {
        this.discard();
      } catch (later) {
        left = later;
      }
      throw notReplaced(target, error, left);
    }
    syncFolder(dirname(target.path));
  }

  /** Removes the file and leaves the target as it is. */
  discard(): void {
    try {
      if (this.state !== "closed") closeSync(this.descriptor);
    } catch {} // of what is thrown away nothing can be lost
    this.state = "closed";
    rmSync(this.path, { force: true, maxRetries: 5, retryDelay: 50 });
  }

  private carryOverRights(): void {
    const { descriptor, target } = this;
    const present = statSync(target.path, { throwIfNoEntry: false }) ?? target.present;
    if (!present) return;
    const { mode, owner } = rightsOf(present, fstatSync(descriptor));
    let mask = 0o7777;
    try {
      if (owner) fchownSync(descriptor, owner.uid, owner.gid);
    } catch {
      mask = withoutSetId; // who may not give files away keeps this one
    }
    if (mode !== undefined) fchmodSync(descriptor, mode & mask); // last: a change of owner takes bits away
  }
}

/** Makes the rename survive a crash. Windows and some file systems cannot, and the file is in place already. */
function syncFolder(path: string): void {
  try {
    const descriptor = openSync(path, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {}
}

/** @param left why the temporary file could not be removed, if it could not. */
export function notReplaced({ path, temporary }: AtomicTarget, error: unknown, left: unknown): Error {
  const why =
    codeOf(error) === "EBADF" ? "its descriptor was closed before the scope ended" : messageOf(error);
  const rest = left
    ? `the temporary file is still there: ${messageOf(left)}`
    : "the temporary file is removed";
  return fileError(
    `atomicWrite could not put ${temporary} in place of ${path}: ${why}. The target is as it was; ${rest}`,
    error,
  );
}

export function writeAfterEnd(path: string): Error {
  return new Error(`ts-raii: atomicWrite("${path}") has ended; write to it within its scope`);
}
