import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { currentAbandonment, pauseUnder } from "../../compose/abandonment.js";
import type { Acquisition, AsyncResource, Resource } from "../../core/resource.js";
import { onAbort } from "../common/on-abort.js";
import { releasedOnce, releasedOnceAsync } from "../common/released-once.js";
import { LockHeldError } from "./lock-held-error.js";
import type { LockHolder } from "./lock-holder.js";
import { type IsStale, releaseLock, takeLock } from "./lock-protocol.js";

export interface LockFileOptions {
  /**
   * Asked about a holder of whom nothing can be seen from here, as it is on another host or in another PID namespace
   * (another container), or is a worker thread (`holder.thread`) on another platform than Linux: `true` lets the lock be
   * taken from it. By default it is not. Only you know whether it has ended; should it still run, both hold the lock.
   */
  readonly isStale?: ((holder: LockHolder) => boolean) | undefined;
}

export interface LockFileAsyncOptions extends LockFileOptions {
  /** How many milliseconds to wait for a lock that is held, `Infinity` for as long as it takes; by default not at all. */
  readonly wait?: number | undefined;
  /** Ends the waiting: the acquisition is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link lockFile} gives. */
export interface FileLock {
  /** Of the lock file, absolute. */
  readonly path: string;
  /** This process, as the lock file names it. */
  readonly holder: LockHolder;
}

/**
 * A lock among processes, and among the tasks of one: a file that only one can make. It says who holds it, as JSON, and
 * is removed when the scope ends.
 *
 * A lock whose process has died is taken over, by exactly one of those who want it: when no process has its number, when
 * the one that has was started at another time (not known on Windows), or the machine has been restarted since. So is,
 * on Linux, that of a worker thread that was terminated; its process need not have ended. A lock from another host or
 * container is never thought to be stale, unless `isStale` says so. Hosts are told apart by name.
 *
 * The lock is released also on a full disk, and by a process that can open no more files. What killed processes have left
 * beside it (`.tmp`, `.takeover`, `.released`) is removed by the next one to take it.
 *
 * All who use the lock have to use `lockFile`; the file it guards is not locked by the system. It belongs on a local file
 * system, or on a network one that makes files exclusively.
 *
 * @param path of the lock file, by custom `<what it guards>.lock`; its folder has to exist.
 * @returns a resource whose handle tells the absolute path and the holder, which is this process.
 * @throws {LockHeldError} at the acquisition, at once, when another holds it: `error.holder` tells who.
 * @throws {Error} at the acquisition, when the file is not a lock, with what to do, and what the file system throws
 *   (`ENAMETOOLONG` where there is no room for the longer names that the release needs); at the release, when the
 *   lock was deleted or taken over: the other's is left alone.
 * @example
 * raii(lockFile("data.json.lock"));
 * writeFileSync("data.json", JSON.stringify(data));
 * @see https://nodejs.org/api/fs.html#fslinksyncexistingpath-newpath
 * @see https://github.com/moxystudio/node-proper-lockfile
 */
export function lockFile(path: string | URL, options: LockFileOptions = {}): Resource<FileLock> {
  return releasedOnce(`lockFile("${path}")`, () => take(absolute(path), options.isStale));
}

/**
 * As {@link lockFile}, and waits for a lock that is held. Who waits looks again after 10 to 250 milliseconds, so there is
 * no order among those who do. Each look blocks, and reads the folder once the lock is taken; the waiting does not block.
 *
 * @param path of the lock file; its folder has to exist.
 * @returns an asynchronous resource with the handle of `lockFile`.
 * @throws {RangeError} at the call, when `wait` is negative or no number.
 * @throws {LockHeldError} at the acquisition, when another still holds it after `wait` milliseconds.
 * @throws at the acquisition, the reason of `signal`; else as `lockFile` does.
 * @example
 * await raii(lockFileAsync("data.json.lock", { wait: 5000, signal }));
 * @see https://nodejs.org/api/fs.html#fslinksyncexistingpath-newpath
 */
export function lockFileAsync(
  path: string | URL,
  options: LockFileAsyncOptions = {},
): AsyncResource<FileLock> {
  const { wait = 0, signal, isStale } = options;
  if (typeof wait !== "number" || !(wait >= 0)) {
    throw new RangeError(
      `ts-raii: lockFileAsync waits for a number of milliseconds from 0 to Infinity, and not ${String(wait)}`,
    );
  }
  return releasedOnceAsync(`lockFileAsync("${path}")`, () => waitFor(absolute(path), wait, signal, isStale));
}

async function waitFor(
  path: string,
  wait: number,
  signal: AbortSignal | undefined,
  isStale: IsStale | undefined,
): Promise<Acquisition<FileLock>> {
  const start = performance.now();
  const abandonment = currentAbandonment();
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 250)) {
    signal?.throwIfAborted();
    const abandoned = abandonment?.abandoned;
    if (abandoned) throw abandoned.reason;
    try {
      return take(path, isStale);
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      const waited = performance.now() - start;
      if (waited >= wait) throw wait > 0 ? new LockHeldError({ ...error, waited }) : error;
      // Not all at the same moment.
      const jitter = pause * (0.5 + Math.random() / 2);
      await pauseUnder(abandonment, (resume) => {
        const timer = setTimeout(resume, Math.min(jitter, wait - waited));
        const stopListening = onAbort(signal, resume);
        return () => {
          clearTimeout(timer);
          stopListening();
        };
      });
    }
  }
}

function take(path: string, isStale: IsStale | undefined): Acquisition<FileLock> {
  const held = takeLock(path, isStale);
  return { handle: { path, holder: held.holder }, release: () => releaseLock(path, held) };
}

/** When the resource is acquired: `process.chdir` may come before the release. */
function absolute(path: string | URL): string {
  return resolve(path instanceof URL ? fileURLToPath(path) : path);
}
