import { closeSync, type Mode, openSync, type PathLike } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { AsyncResource, Resource } from "../../core/resource.js";
import { codeOf, fileError } from "../common/file-error.js";
import { releasedOnce, releasedOnceAsync } from "../common/released-once.js";

/**
 * An open file, closed when the scope ends. Its handle is the file descriptor, a number: what every synchronous
 * function of `node:fs` takes (`readSync`, `readFileSync`, `writeSync`, `fstatSync`).
 *
 * Do not close it yourself: the number may then be that of another file by the time the scope ends.
 *
 * @param path of the file.
 * @param flags as `fs.openSync` takes them: `"r"` to read (the default), `"w"` to write anew, `"a"` to append, and others.
 * @param mode of the file, if it is made; on Windows only whether it is read-only.
 * @returns a resource whose handle is the descriptor.
 * @throws at the acquisition, what `fs.openSync` throws (`ENOENT`, `EACCES`, …); at the release, what closing does, such
 *   as an error of the disk that earlier writes have not met, and that the descriptor was closed before (`EBADF`).
 * @example
 * const source = raii(openFile("data.csv"));
 * const text = readFileSync(source, "utf8");
 * @see https://nodejs.org/api/fs.html#fsopensyncpath-flags-mode
 */
export function openFile(path: PathLike, flags: string | number = "r", mode?: Mode): Resource<number> {
  const name = `openFile("${path}")`;
  return releasedOnce(name, () => {
    const descriptor = openSync(path, flags, mode);
    return { handle: descriptor, release: () => close(descriptor, name) };
  });
}

function close(descriptor: number, name: string): void {
  try {
    closeSync(descriptor);
  } catch (error) {
    if (codeOf(error) !== "EBADF") throw error;
    throw fileError(
      `${name}: descriptor ${descriptor} was closed before its scope ended; leave that to the scope`,
      error,
    );
  }
}

/**
 * As {@link openFile}, opened and closed without blocking. Its handle is a `FileHandle` of `node:fs/promises`. A stream
 * of it may close it; one that may not (`autoClose: false`) has to be destroyed, for Node does not close the file before.
 *
 * @param path of the file.
 * @param flags as `openFile` takes them.
 * @param mode as `openFile` takes it.
 * @returns an asynchronous resource whose handle is the `FileHandle`.
 * @throws at the acquisition, what `fsPromises.open` rejects with; at the release, what `filehandle.close` does.
 * @example
 * const file = await raii(openFileAsync("data.csv"));
 * for await (const line of file.readLines()) console.log(line);
 * @see https://nodejs.org/api/fs.html#fspromisesopenpath-flags-mode
 */
export function openFileAsync(
  path: PathLike,
  flags: string | number = "r",
  mode?: Mode,
): AsyncResource<FileHandle> {
  return releasedOnceAsync(`openFileAsync("${path}")`, async () => {
    const file = await open(path, flags, mode);
    return { handle: file, release: () => file.close() };
  });
}
