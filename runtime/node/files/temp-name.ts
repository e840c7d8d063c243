import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { resolve, sep } from "node:path";

/** Where {@link tempDir} and {@link tempFile} put what they make. */
export interface TempOptions {
  /** The folder it is made in; by default the system's (`os.tmpdir()`). It has to exist. */
  readonly parent?: string | undefined;
}

/**
 * Refuses a part of a name that is none: one with a separator in it, from untrusted input, could put the file anywhere.
 * Anything but a string is refused, too: an array can hide a separator from a test and show it when it is joined.
 */
export function checkNamePart(entry: string, what: string, part: unknown): void {
  if (typeof part !== "string" || /[/\\\0]/.test(part)) {
    throw new TypeError(
      `ts-raii: ${entry} takes a ${what} that is a part of a name, without separators, and not ${JSON.stringify(part)}; name the folder by the option "parent"`,
    );
  }
}

/**
 * The path of what is to be in the parent. Absolute when the resource is acquired: `process.chdir` may come before the
 * release. Not by `join`, which would take the parent itself for an empty name, and leave it for one of two dots.
 */
export function inParent({ parent }: TempOptions, name: string): string {
  const folder = resolve(parent ?? tmpdir());
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}

/** A name that nobody else has or guesses. */
export function uniqueName(prefix: string, suffix: string): string {
  return `${prefix}${randomBytes(9).toString("hex")}${suffix}`;
}
