import { closeSync, fstatSync, linkSync, readSync, rmSync, statSync, unlinkSync } from "node:fs";
import { codeOf, fileError, messageOf } from "../common/file-error.js";
import { renamePersistently } from "../files/rename.js";
import { livenessOf } from "./holder-liveness.js";
import { canNotLink, LockCandidate, placeWithoutLink, tryToRemove } from "./lock-candidate.js";
import { describeHolder, LockHeldError } from "./lock-held-error.js";
import { type LockHolder, newHolder } from "./lock-holder.js";
import { checkNames, claimOf, removeLockLeftovers } from "./lock-names.js";
import { readHolder } from "./read-holder.js";

// What is never more than one at a time, whatever is interrupted where: the process that may replace or remove a file
// with a given token in it. That is who has made the file that `claimOf` names. The process of the token makes it to
// release its lock, as a link to that; when it is dead, who takes the lock over makes it. A claim is a lock like the lock
// itself, and can be taken over like it when its maker dies. Who has the claim looks whether the token is still there, and
// then removes that file, or renames the claim into its place: there is no moment at which nobody holds a lock that is
// taken over, and who comes late with an old observation finds another token. Removing what was seen to be stale, or
// renaming it away, cannot do that: what is removed may by then be the lock of somebody who was faster.

/** Judges a holder of whom nothing is known. */
export type IsStale = (holder: LockHolder) => boolean;

/** A lock that is held. */
export interface HeldLock {
  readonly holder: LockHolder;
  /** Of its file. While it is open no other file is taken for that one, and the release needs no further descriptor. */
  readonly descriptor: number;
}

/**
 * Takes the lock at `path`, or takes it over from a dead process or thread.
 *
 * @throws {LockHeldError} when another holds it.
 * @throws {Error} when the file was not written by `lockFile`, or could not be released.
 */
export function takeLock(path: string, isStale: IsStale | undefined): HeldLock {
  const theirs = readHolder(path, path);
  if (theirs) refuseUnlessStale(path, path, theirs, isStale); // most often it ends here, and nothing was written
  const mine = newHolder();
  checkNames(path, mine);
  const candidate = new LockCandidate(path, mine);
  try {
    takeFile(path, path, candidate, isStale);
  } catch (error) {
    candidate.close();
    throw error;
  } finally {
    candidate.remove();
  }
  removeLockLeftovers(path, mine);
  return { holder: mine, descriptor: candidate.descriptor };
}

/**
 * Gives the lock back. It needs no new file and no descriptor: also on a full disk, and where no more files can be opened.
 *
 * @throws {Error} when it is no longer there, or another's: that one is left alone; and when it cannot be removed.
 */
export function releaseLock(path: string, { holder: mine, descriptor }: HeldLock): void {
  const lost = (why: string, cause?: unknown): Error =>
    fileError(
      `the lock ${path} was lost before its scope ended: ${why}. What ran under it may have run beside others`,
      cause,
    );
  const check = (): void => {
    let theirs: LockHolder | undefined;
    try {
      theirs = isAt(path, descriptor)
        ? readHolder(path, path, () => readOpen(descriptor))
        : readHolder(path, path);
    } catch (error) {
      throw lost(`what is there now is left alone (${messageOf(error)})`, error);
    }
    if (theirs === undefined) throw lost("somebody has deleted the file");
    if (theirs.token !== mine.token) {
      throw lost(`it is now held by ${describeHolder(theirs)}, and left alone`);
    }
  };
  const claim = claimOf(path, path, mine);
  let hasClaim: boolean | undefined;
  try {
    check();
    hasClaim = claimOwn(path, claim, descriptor);
    if (hasClaim === false) {
      throw lost(`it is being taken over by ${describeHolder(readHolder(path, claim))}`);
    }
    check();
    unlinkSync(path);
  } finally {
    closeSync(descriptor);
    if (hasClaim) rmSync(claim, { force: true });
  }
}

/**
 * Claims what one holds. Nobody takes over from a process that lives, unless told to by `isStale`: then this keeps them
 * from doing it between the look and the removal.
 *
 * @returns `false` when another has the claim; `undefined` when it cannot be made, as on a disk without room for one more
 *   name. The lock is then released without it: better than not at all. What can happen is that one who is told at this
 *   very moment, and wrongly, that it is stale loses it again.
 */
function claimOwn(path: string, claim: string, descriptor: number): boolean | undefined {
  try {
    linkSync(path, claim);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!canNotLink(error)) return undefined;
  }
  try {
    const placed = placeWithoutLink(claim, readOpen(descriptor));
    if (placed === undefined) return false;
    closeSync(placed);
    return true;
  } catch {
    return undefined;
  }
}

/** Whether the open file is still the one at `path`. */
function isAt(path: string, descriptor: number): boolean {
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  const open = fstatSync(descriptor, { bigint: true });
  return there?.ino === open.ino && there.dev === open.dev;
}

/** The content of an open file, from its start: of a lock, which is short. */
function readOpen(descriptor: number): string {
  const buffer = Buffer.alloc(4096);
  return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, buffer.length, 0));
}

/**
 * Puts the candidate at `at`: the lock itself, or a claim.
 *
 * @param path of the lock.
 * @throws as `takeLock` does.
 */
function takeFile(path: string, at: string, candidate: LockCandidate, isStale: IsStale | undefined): void {
  // Each round that does not end here is one in which others have changed something.
  for (let round = 0; !candidate.place(at); round++) {
    if (round === 1000)
      throw new Error(`ts-raii: the lock ${path} cannot be taken: is ${at} a link to nothing?`);
    const theirs = readHolder(path, at);
    if (theirs === undefined) continue; // it has just been given back
    refuseUnlessStale(path, at, theirs, isStale);

    const claim = claimOf(path, at, theirs);
    try {
      // Not by `isStale`: who has a claim was just seen to do something, it may be to release this very lock.
      takeFile(path, claim, candidate, undefined);
    } catch (error) {
      if (error instanceof LockHeldError && readHolder(path, at)?.token !== theirs.token) continue;
      throw error;
    }
    if (replace(path, at, theirs, claim)) return;
  }
}

/** Renames the claim on `theirs` into its place, if it is still there. */
function replace(path: string, at: string, theirs: LockHolder, claim: string): boolean {
  try {
    if (readHolder(path, at)?.token === theirs.token) {
      renamePersistently(claim, at);
      return true;
    }
  } catch (error) {
    tryToRemove(claim);
    throw error;
  }
  rmSync(claim, { force: true }); // whoever had the claim before has done it
  return false;
}

function refuseUnlessStale(
  path: string,
  file: string,
  holder: LockHolder,
  isStale: IsStale | undefined,
): void {
  const state = livenessOf(holder);
  if (state === "dead" || (state === "unknown" && isStale?.(holder) === true)) return;
  throw new LockHeldError({ path, file, holder, isElsewhere: state === "unknown", waited: 0 });
}
