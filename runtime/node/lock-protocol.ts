import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { codeOf, fileError, messageOf } from "./file-error.js";
import { describeHolder, LockHeldError } from "./lock-held-error.js";
import { type LockHolder, newHolder, parseHolder, stateOf } from "./lock-holder.js";
import { renamePersistently } from "./rename.js";

// What is never more than one at a time, whatever is interrupted where: the process that may replace or remove a file
// with a given token in it. While the process of the token lives, that is itself. When it is dead, it is who has made the
// file `claimOf(token)`, which is a lock like the lock itself and can be taken over like it when its maker dies. Who has
// the claim looks whether the token is still there, and then renames the claim into its place: there is no moment at
// which nobody holds the lock, and who comes late with an old observation finds another token. Removing what was seen to
// be stale, or renaming it away, cannot do that: what is removed may by then be the lock of somebody who was faster.

/** Judges a holder of whom nothing is known. */
export type IsStale = (holder: LockHolder) => boolean;

/**
 * Takes the lock at `path`, or takes it over from a dead process.
 *
 * @throws {LockHeldError} when another holds it.
 * @throws {Error} when the file was not written by `lockFile`.
 */
export function takeLock(path: string, isStale: IsStale | undefined): LockHolder {
  const theirs = readHolder(path, path);
  if (theirs) refuseUnlessStale(path, path, theirs, isStale); // most often it ends here, and nothing was written
  const mine = newHolder();
  withCandidate(path, mine, (place) => takeFile(path, path, place, isStale));
  return mine;
}

/**
 * Gives the lock back.
 *
 * @throws {Error} when it is no longer there, or another's: that one is left alone.
 */
export function releaseLock(path: string, mine: LockHolder): void {
  const lost = (why: string, cause?: unknown): Error =>
    fileError(
      `the lock ${path} was lost before its scope ended: ${why}. What ran under it may have run beside others`,
      cause,
    );
  const check = (): void => {
    let theirs: LockHolder | undefined;
    try {
      theirs = readHolder(path, path);
    } catch (error) {
      throw lost(`what is there now is left alone (${messageOf(error)})`, error);
    }
    if (theirs === undefined) throw lost("somebody has deleted the file");
    if (theirs.token !== mine.token) {
      throw lost(`it is now held by ${describeHolder(theirs)}, and left alone`);
    }
  };
  check();
  // Nobody takes over from a process that lives, unless told to by `isStale`: then this keeps them from doing it between
  // the look and the removal.
  const claim = claimOf(path, mine);
  withCandidate(path, newHolder(), (place) => {
    if (!place(claim)) throw lost(`it is being taken over by ${describeHolder(readHolder(path, claim))}`);
    try {
      check();
      unlinkSync(path);
    } finally {
      unlinkSync(claim);
    }
  });
}

function claimOf(path: string, holder: LockHolder): string {
  return `${path}.${holder.token}.takeover`;
}

function candidateOf(path: string, holder: LockHolder): string {
  return `${path}.${holder.token}.tmp`;
}

/** Puts the candidate at a path where nothing is; `false` where something is. */
type Place = (at: string) => boolean;

/** Writes down who wants the lock at `path`, whole and flushed, so that it is complete wherever it becomes visible. */
function withCandidate(path: string, holder: LockHolder, use: (place: Place) => void): void {
  const content = `${JSON.stringify(holder, null, 2)}\n`;
  const candidate = candidateOf(path, holder);
  const descriptor = openSync(candidate, "wx", 0o644);
  try {
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor); // else a crash of the machine could leave a lock that does not say whose it was
    } finally {
      closeSync(descriptor);
    }
    use((at) => {
      try {
        linkSync(candidate, at);
        return true;
      } catch (error) {
        if (codeOf(error) === "EEXIST") return false;
        if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(codeOf(error) ?? ""))
          throw error;
        return placeWithoutLink(at, content);
      }
    });
  } finally {
    tryToRemove(candidate);
  }
}

/** For file systems without hard links (FAT): for a moment the file is there and not complete. */
function placeWithoutLink(at: string, content: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(at, "wx", 0o644);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    writeFileSync(descriptor, content);
    return true;
  } catch (error) {
    tryToRemove(at);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Puts the candidate at `at`: the lock itself, or a claim.
 *
 * @param path of the lock.
 * @throws as `takeLock` does.
 */
function takeFile(path: string, at: string, place: Place, isStale: IsStale | undefined): void {
  // Each round that does not end here is one in which others have changed something.
  for (let round = 0; !place(at); round++) {
    if (round === 1000)
      throw new Error(`ts-raii: the lock ${path} cannot be taken: is ${at} a link to nothing?`);
    const theirs = readHolder(path, at);
    if (theirs === undefined) continue; // it has just been given back
    refuseUnlessStale(path, at, theirs, isStale);

    const claim = claimOf(path, theirs);
    try {
      // Not by `isStale`: who has a claim was just seen to do something, it may be to release this very lock.
      takeFile(path, claim, place, undefined);
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
      tryToRemove(candidateOf(path, theirs)); // which it could not remove itself
      return true;
    }
  } catch (error) {
    tryToRemove(claim);
    throw error;
  }
  unlinkSync(claim); // whoever had the claim before has done it
  return false;
}

function refuseUnlessStale(
  path: string,
  file: string,
  holder: LockHolder,
  isStale: IsStale | undefined,
): void {
  const state = stateOf(holder);
  if (state === "dead" || (state === "unknown" && isStale?.(holder) === true)) return;
  throw new LockHeldError({ path, file, holder, isElsewhere: state === "unknown", waited: 0 });
}

/** How long a file that says nothing is thought to be still written, by a process on a file system without links. */
const writing = 5000;

/** @returns who holds `at`; `undefined` when it is not there. @throws as `takeLock` does. */
function readHolder(path: string, at: string): LockHolder | undefined {
  let text;
  try {
    text = readFileSync(at, "utf8");
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

/** Of what nobody looks at any more. */
function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
