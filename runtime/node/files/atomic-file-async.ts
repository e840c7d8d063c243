import type { Mode } from "node:fs";
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { notReplaced, writeAfterEnd } from "./atomic-file.js";
import { type AtomicTarget, rightsOf, withoutSetId } from "./atomic-target.js";
import { renamePersistentlyAsync } from "./rename.js";
import { WriteFailures } from "./write-failures.js";

/** As {@link AtomicFile}, for {@link atomicWriteAsync}. */
export interface AsyncAtomicFile {
  /** Of the temporary file, for what writes to paths. */
  readonly path: string;
  /**
   * The open temporary file, to stream to: `pipeline(source, file.handle.createWriteStream())`. The stream may close it.
   * When a write or a stream of this handle fails, or a stream is destroyed before its end, the target will not be
   * replaced, even if the error is caught. What is written to `path` by other means has to see to that itself.
   */
  readonly handle: FileHandle;
  /**
   * Appends `data`, a string as UTF-8, after what was written before; the end of the scope waits for it. When it fails,
   * the target will not be replaced, even if nobody looks at the promise.
   * @throws what `filehandle.writeFile` rejects with (`ENOSPC`, …); an Error when the scope has ended.
   */
  write(data: string | NodeJS.ArrayBufferView): Promise<void>;
}

/** The file of one acquisition. */
export class OpenAsyncAtomicFile implements AsyncAtomicFile {
  readonly path: string;
  private state: "open" | "ended" = "open";
  private writes: Promise<void> = Promise.resolve();
  private readonly failures: WriteFailures;

  static async open(target: AtomicTarget, mode: Mode): Promise<OpenAsyncAtomicFile> {
    return new OpenAsyncAtomicFile(target, await open(target.temporary, "wx", mode));
  }

  private constructor(
    private readonly target: AtomicTarget,
    readonly handle: FileHandle,
  ) {
    this.path = target.temporary;
    this.failures = new WriteFailures(handle);
  }

  write(data: string | NodeJS.ArrayBufferView): Promise<void> {
    if (this.state === "ended") return Promise.reject(writeAfterEnd(this.target.path));
    const written = this.writes.then(() => this.handle.writeFile(data as Uint8Array));
    this.writes = written.catch((error: unknown) => this.failures.note(error));
    return written; // handled by the line above: who does not look at it learns of a failure at the end
  }

  /** Puts the file in place of the target: all of it, or nothing. */
  async commit(): Promise<void> {
    const { path, target } = this;
    this.state = "ended";
    try {
      await this.writes;
      await this.failures.settle();
      await this.finish();
      await renamePersistentlyAsync(path, target.path);
    } catch (error) {
      let left: unknown;
      await this.discard().catch((later: unknown) => void (left = later));
      throw notReplaced(target, error, left);
    }
    await syncFolder(dirname(target.path));
  }

  /** Removes the file and leaves the target as it is. */
  async discard(): Promise<void> {
    this.state = "ended";
    await this.writes; // never rejected
    await this.failures.destroy(); // Node does not close the file before
    await this.handle.close().catch(() => {}); // of what is thrown away nothing can be lost
    await rm(this.path, { force: true, maxRetries: 5, retryDelay: 50 });
  }

  /** Rights, fsync, close: on the file opened again, if a stream has closed it. */
  private async finish(): Promise<void> {
    const handle = this.handle.fd === -1 ? await open(this.path, "r+") : this.handle;
    try {
      await this.carryOverRights(handle);
      await handle.sync(); // else a crash could leave the new name with no content
    } finally {
      await handle.close();
    }
  }

  private async carryOverRights(handle: FileHandle): Promise<void> {
    const present = await stat(this.target.path).catch(() => this.target.present);
    if (!present) return;
    const { mode, owner } = rightsOf(present, await handle.stat());
    let mask = 0o7777;
    try {
      if (owner) await handle.chown(owner.uid, owner.gid);
    } catch {
      mask = withoutSetId; // who may not give files away keeps this one
    }
    if (mode !== undefined) await handle.chmod(mode & mask); // last: a change of owner takes bits away
  }
}

/** Makes the rename survive a crash. Windows and some file systems cannot, and the file is in place already. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {}
}
