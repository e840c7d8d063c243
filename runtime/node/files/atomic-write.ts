import type { Mode } from "node:fs";
import type { AsyncResource, Resource } from "../../core/resource.js";
import { releasedOnce, releasedOnceAsync } from "../common/released-once.js";
import { type AtomicFile, OpenAtomicFile } from "./atomic-file.js";
import { type AsyncAtomicFile, OpenAsyncAtomicFile } from "./atomic-file-async.js";
import {
  type AtomicTarget,
  atomicTarget,
  atomicTargetAsync,
  removeOldTemporaries,
  removeOldTemporariesAsync,
} from "./atomic-target.js";

export interface AtomicWriteOptions {
  /** The mode of a file that was not there, before the umask; by default 0o666. One that is replaced hands its own on. */
  readonly mode?: Mode | undefined;
}

/**
 * Replaces a file, or makes it, all or nothing: what is written goes to a temporary file beside it, which takes its place
 * by a rename when the scope succeeds. When the scope fails or is cancelled, when a write has failed or the rename does,
 * the temporary file is removed and the target is as it was. Readers see the old content or the new, never a part.
 *
 * The file is flushed to the disk before the rename, and the folder after it, where the system can. It keeps the mode of
 * the file it replaces, and its owner where the process may set that. Through a symbolic link the file it points to is
 * replaced, and the link stays; of several hard links only this name leads to the new content. Of two at the same time
 * the later to end wins: take a {@link lockFile} where that matters. A process that is killed leaves
 * `.<name>.<owner>-<random>.tmp` behind, which the next one to write the same file removes. On Windows the rename is
 * refused while
 * another process has the target open; it is tried again for half a second.
 *
 * @param path of the target; its folder has to exist.
 * @returns a resource whose handle is the temporary file: `write(data)`, `descriptor`, `path`.
 * @throws at the acquisition, when the folder is not there or cannot be written to, or the target is no file; at the
 *   release, when it could not take the target's place: the error names both paths.
 * @example
 * const file = raii(atomicWrite("settings.json"));
 * file.write(JSON.stringify(settings));
 * @see https://github.com/npm/write-file-atomic
 * @see https://nodejs.org/api/fs.html#fsrenamesyncoldpath-newpath
 */
export function atomicWrite(path: string | URL, options: AtomicWriteOptions = {}): Resource<AtomicFile> {
  return releasedOnce(`atomicWrite("${path}")`, () => {
    const target = atomicTarget(path);
    removeOldTemporaries(target);
    const file = new OpenAtomicFile(target, modeOf(target, options));
    return {
      handle: file,
      release: ({ kind }) => (kind === "succeeded" ? file.commit() : file.discard()),
    };
  });
}

/**
 * As {@link atomicWrite}, written and put in place without blocking.
 *
 * @param path of the target; its folder has to exist.
 * @returns an asynchronous resource whose handle is the temporary file: `write(data)`, `handle`, `path`.
 * @throws as `atomicWrite` does.
 * @example
 * const file = await raii(atomicWriteAsync("copy.bin"));
 * await pipeline(response, file.handle.createWriteStream());
 * @see https://github.com/npm/write-file-atomic
 * @see https://nodejs.org/api/fs.html#fspromisesrenameoldpath-newpath
 */
export function atomicWriteAsync(
  path: string | URL,
  options: AtomicWriteOptions = {},
): AsyncResource<AsyncAtomicFile> {
  return releasedOnceAsync(`atomicWriteAsync("${path}")`, async () => {
    const target = await atomicTargetAsync(path);
    await removeOldTemporariesAsync(target);
    const file = await OpenAsyncAtomicFile.open(target, modeOf(target, options));
    return {
      handle: file,
      release: ({ kind }) => (kind === "succeeded" ? file.commit() : file.discard()),
    };
  });
}

/** Until it takes its place, a file that replaces another is for its user alone: that may be a secret one. */
function modeOf({ present }: AtomicTarget, { mode = 0o666 }: AtomicWriteOptions): Mode {
  return present ? 0o600 : mode;
}
