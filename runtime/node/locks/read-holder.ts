import { readFileSync, statSync } from "node:fs";
import { codeOf, fileError, messageOf } from "../common/file-error.js";
import { LockHeldError } from "./lock-held-error.js";
import { type LockHolder, parseHolder } from "./lock-holder.js";

/** How long a file that says nothing is thought to be still written, by a process on a file system without links. */
const writing = 5000;

/**
 * @param path of the lock.
 * @param at the file to read: the lock, or a claim on it.
 * @param read gives its content.
 * @returns who holds it; `undefined` when it is not there.
 * @throws {LockHeldError} while its holder is still writing it.
 * @throws {Error} when the file was not written by `lockFile`, or cannot be read.
 */
export function readHolder(
  path: string,
  at: string,
  read: () => string = () => readFileSync(at, "utf8"),
): LockHolder | undefined {
  let text;
  try {
    text = read();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw fileError(`the lock ${at} cannot be read: ${messageOf(error)}`, error);
  }
  const holder = parseHolder(text);
  if (holder) return holder;
  const stats = statSync(at, { throwIfNoEntry: false });
  if (!stats) return undefined;
  if (Math.abs(Date.now() - stats.mtimeMs) < writing) {
    throw new LockHeldError({ path, file: at, holder: undefined, isElsewhere: false, waited: 0 });
  }
  throw new Error(
    `ts-raii: the lock ${at} does not say who holds it (${JSON.stringify(text.slice(0, 40))}): lockFile did not write it, or it is damaged. When no process uses it, delete it`,
  );
}
