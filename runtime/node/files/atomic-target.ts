import { readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf } from "../common/file-error.js";
import { removeLeftovers, removeLeftoversAsync } from "../common/leftovers.js";
import { isOwnerDead, ownerTag, ownerTagPattern } from "../common/owner-tag.js";
import { uniqueName } from "./temp-name.js";

/** The file that is to be replaced. */
export interface AtomicTarget {
  /** Absolute, and with its links followed. */
  readonly path: string;
  /** Beside it, for a rename is atomic only within one file system. */
  readonly temporary: string;
  /** What is there now; `undefined` when nothing is. */
  readonly present: Stats | undefined;
}

/**
 * Finds out what is to be replaced: a link stays, and what it points to is replaced, be it there or not.
 *
 * @throws when that is no file: a rename would put a file in place of a device.
 */
export function atomicTarget(path: string | URL): AtomicTarget {
  const target = followLinks(absolute(path));
  return checked(target, statSync(target, { throwIfNoEntry: false }));
}

/** As `atomicTarget`, without blocking. */
export async function atomicTargetAsync(path: string | URL): Promise<AtomicTarget> {
  const target = await followLinksAsync(absolute(path));
  return checked(target, await stat(target).catch(nothingThere));
}

function checked(path: string, present: Stats | undefined): AtomicTarget {
  if (present && !present.isFile()) {
    throw new Error(`ts-raii: atomicWrite cannot replace ${path}: it is no file`);
  }
  const temporary = uniqueName(`${startOf(path)}${ownerTag()}-`, ".tmp");
  return { path, temporary: join(dirname(path), temporary), present };
}

/** What the names of all temporary files of a target begin with. What is added must not make them too long. */
function startOf(path: string): string {
  return `.${basename(path)
    .slice(0, 50)
    .replace(/[\ud800-\udbff]$/, "")}.`; // half of a character is none
}

/** Removes the temporary files of a target that killed processes have left. */
export function removeOldTemporaries({ path }: AtomicTarget): void {
  removeLeftovers(dirname(path), leftBeside(path));
}

/** As `removeOldTemporaries`, without blocking. */
export function removeOldTemporariesAsync({ path }: AtomicTarget): Promise<void> {
  return removeLeftoversAsync(dirname(path), leftBeside(path));
}

function leftBeside(path: string): (name: string) => boolean {
  const start = startOf(path);
  return (name) => {
    if (!name.startsWith(start)) return false;
    const owner = rest.exec(name.slice(start.length))?.[1];
    return owner !== undefined && isOwnerDead(owner);
  };
}

const rest = /* @__PURE__ */ (() => new RegExp(`^(${ownerTagPattern})-[\\da-f]+\\.tmp$`))();

function absolute(path: string | URL): string {
  return resolve(path instanceof URL ? fileURLToPath(path) : path);
}

function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    nothingThere(error);
  }
  const target = join(realpathSync(dirname(path)), basename(path));
  let link: string;
  try {
    link = readlinkSync(target);
  } catch {
    return target; // nothing is there
  }
  return followLinks(resolve(dirname(target), link)); // to where nothing is; a ring has failed above, by ELOOP
}

async function followLinksAsync(path: string): Promise<string> {
  const there = await realpath(path).catch(nothingThere);
  if (there !== undefined) return there;
  const target = join(await realpath(dirname(path)), basename(path));
  const link = await readlink(target).catch(() => undefined);
  return link === undefined ? target : followLinksAsync(resolve(dirname(target), link));
}

function nothingThere(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}

/** The rights of the file that is replaced, as far as they can be carried over. */
export interface AtomicRights {
  /** `undefined` where the temporary file has it: file systems without rights refuse to be given any. */
  readonly mode: number | undefined;
  /** `undefined` where the temporary file has the same owner and group. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/** What the temporary file is to be given before it takes the place of `present`. */
export function rightsOf(present: Stats, temporary: Stats): AtomicRights {
  const { mode, uid, gid } = present;
  return {
    mode: mode === temporary.mode ? undefined : mode & 0o7777,
    owner: uid === temporary.uid && gid === temporary.gid ? undefined : { uid, gid },
  };
}

/** What a file keeps that could not be given to its owner: no program runs as somebody that it did not run as. */
export const withoutSetId = 0o777;
