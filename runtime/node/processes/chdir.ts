import type { Resource } from "../../core/resource.js";
import { fileError, messageOf } from "../common/file-error.js";
import { releasedOnce } from "../common/released-once.js";

/**
 * Makes a folder the current one, and goes back to the one before when the scope ends, wherever the body has gone.
 *
 * The current folder is one for the whole process: other code that runs before the scope ends sees it, so in an async
 * function prefer absolute paths. A worker thread cannot change it.
 *
 * @param path of the folder; a relative one starts at the current folder of the acquisition.
 * @returns a resource whose handle is the absolute path of the folder, as `process.cwd()` then gives it.
 * @throws at the acquisition, what `process.chdir` throws (`ENOENT`, `ENOTDIR`, …), and what `process.cwd` does when the
 *   current folder has been removed; at the release, when the folder to go back to is gone: the process then stays where
 *   it is.
 * @example
 * raii(chdir("packages/core"));
 * execFileSync("make");
 * @see https://nodejs.org/api/process.html#processchdirdirectory
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.chdir
 */
export function chdir(path: string): Resource<string> {
  return releasedOnce(`chdir("${path}")`, () => {
    const before = process.cwd();
    process.chdir(path);
    return { handle: process.cwd(), release: () => goBack(before, path) };
  });
}

function goBack(before: string, path: string): void {
  try {
    process.chdir(before);
  } catch (error) {
    throw fileError(
      `chdir("${path}") cannot go back to ${before}: ${messageOf(error)}. The process stays where it is; go to a folder that exists by process.chdir()`,
      error,
    );
  }
}
