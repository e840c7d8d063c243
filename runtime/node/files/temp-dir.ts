import { mkdtempSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import type { AsyncResource, Resource } from "../../core/resource.js";
import { releasedOnce, releasedOnceAsync } from "../common/released-once.js";
import { holdSpareDescriptor } from "../common/spare-descriptor.js";
import { removeTree, removeTreeAsync } from "./remove-tree.js";
import { checkNamePart, inParent, type TempOptions } from "./temp-name.js";

/**
 * A folder of its own, that only its user can enter (mode 0700; on Windows, with the rights of its parent). It is
 * removed with all that is in it when the scope ends, read-only files and folders included.
 *
 * A folder that is gone by then is fine. On Windows it cannot be removed while it is some process's current folder, or a
 * file in it is open: {@link chdir} and {@link openFile} after it, and they end before it.
 *
 * To remove it takes a file descriptor. All folders of the process share one that is kept for that while they are held,
 * so they are also removed when there is no other.
 *
 * @param prefix what its name begins with.
 * @returns a resource whose handle is the absolute path.
 * @throws {TypeError} at the call, when `prefix` is no string or has a separator in it.
 * @throws at the acquisition, when the parent is not there or cannot be written to, or there is no free descriptor
 *   (`EMFILE`); at the release, for what cannot be removed, with its path.
 * @example
 * const folder = raii(tempDir("build-"));
 * writeFileSync(join(folder, "out.txt"), "hello");
 * @see https://nodejs.org/api/fs.html#fsmkdtempsyncprefix-options
 * @see https://docs.python.org/3/library/tempfile.html#tempfile.TemporaryDirectory
 */
export function tempDir(prefix: string = "tmp-", options: TempOptions = {}): Resource<string> {
  checkNamePart("tempDir", "prefix", prefix);
  return releasedOnce("tempDir", () => {
    const dropSpare = holdSpareDescriptor();
    try {
      const path = mkdtempSync(inParent(options, prefix));
      return {
        handle: path,
        release() {
          try {
            removeTree(path);
          } finally {
            dropSpare();
          }
        },
      };
    } catch (error) {
      dropSpare();
      throw error;
    }
  });
}

/**
 * As {@link tempDir}, made and removed without blocking.
 *
 * @param prefix what its name begins with.
 * @returns an asynchronous resource whose handle is the absolute path.
 * @throws as `tempDir` does.
 * @example
 * const folder = await raii(tempDirAsync("build-"));
 * @see https://nodejs.org/api/fs.html#fspromisesmkdtempprefix-options
 */
export function tempDirAsync(prefix: string = "tmp-", options: TempOptions = {}): AsyncResource<string> {
  checkNamePart("tempDirAsync", "prefix", prefix);
  return releasedOnceAsync("tempDirAsync", async () => {
    const dropSpare = holdSpareDescriptor();
    try {
      const path = await mkdtemp(inParent(options, prefix));
      return { handle: path, release: () => removeTreeAsync(path).finally(dropSpare) };
    } catch (error) {
      dropSpare();
      throw error;
    }
  });
}
