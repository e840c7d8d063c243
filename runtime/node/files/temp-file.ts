import { closeSync, openSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { AsyncResource, Resource } from "../../core/resource.js";
import { releasedOnce, releasedOnceAsync } from "../common/released-once.js";
import { checkNamePart, inParent, type TempOptions, uniqueName } from "./temp-name.js";

export interface TempFileOptions extends TempOptions {
  /** What its name ends with, such as an extension: `".json"`. */
  readonly suffix?: string | undefined;
}

/** Made exclusively, so that it is nobody else's file and no link, and for its user alone. */
const flags = "wx";
const mode = 0o600;
const persistent = { force: true, maxRetries: 5, retryDelay: 50 };

/**
 * An empty file of its own, that only its user can read and write (mode 0600; on Windows, with the rights of its
 * parent). It is removed when the scope ends; that it was removed or renamed by then is fine.
 *
 * @param prefix what its name begins with.
 * @returns a resource whose handle is the absolute path.
 * @throws {TypeError} at the call, when `prefix` or `suffix` is no string or has a separator in it.
 * @throws at the acquisition, when the parent is not there or cannot be written to; at the release, when the file
 *   cannot be removed.
 * @example
 * const path = raii(tempFile("report-", { suffix: ".csv" }));
 * writeFileSync(path, rows.join("\n"));
 * @see https://docs.python.org/3/library/tempfile.html#tempfile.NamedTemporaryFile
 */
export function tempFile(prefix: string = "tmp-", options: TempFileOptions = {}): Resource<string> {
  const { suffix = "" } = options;
  checkNamePart("tempFile", "prefix", prefix);
  checkNamePart("tempFile", "suffix", suffix);
  return releasedOnce("tempFile", () => {
    const path = inParent(options, uniqueName(prefix, suffix));
    closeSync(openSync(path, flags, mode));
    return { handle: path, release: () => rmSync(path, persistent) };
  });
}

/**
 * As {@link tempFile}, made and removed without blocking.
 *
 * @param prefix what its name begins with.
 * @returns an asynchronous resource whose handle is the absolute path.
 * @throws as `tempFile` does.
 * @example
 * const path = await raii(tempFileAsync("report-", { suffix: ".csv" }));
 * @see https://docs.python.org/3/library/tempfile.html#tempfile.NamedTemporaryFile
 */
export function tempFileAsync(prefix: string = "tmp-", options: TempFileOptions = {}): AsyncResource<string> {
  const { suffix = "" } = options;
  checkNamePart("tempFileAsync", "prefix", prefix);
  checkNamePart("tempFileAsync", "suffix", suffix);
  return releasedOnceAsync("tempFileAsync", async () => {
    const path = inParent(options, uniqueName(prefix, suffix));
    await (await open(path, flags, mode)).close();
    return { handle: path, release: () => rm(path, persistent) };
  });
}
