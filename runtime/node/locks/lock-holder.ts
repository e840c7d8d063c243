import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isMainThread, threadId } from "node:worker_threads";
import { attempt, startIn, thisProcess } from "../common/process-identity.js";

/** Who holds a lock: what its file says. */
export interface LockHolder {
  readonly pid: number;
  /** `os.hostname()` of its machine. */
  readonly host: string;
  /** When it took the lock, in ISO 8601. */
  readonly since: string;
  /** When its process started, in a form of the platform; another process of the same number has another. */
  readonly started?: string | undefined;
  /** The run of the machine, which ends when that is restarted (Linux). */
  readonly boot?: string | undefined;
  /** The PID namespace: process numbers of another container mean nothing here (Linux). */
  readonly namespace?: string | undefined;
  /** The worker thread that took it (its `threadId`); not there for the main thread, which ends with its process. */
  readonly thread?: number | undefined;
  /** The number by which the system knows that thread, and when it started, as `"4711:1234567"` (Linux). */
  readonly task?: string | undefined;
  /** Of this one acquisition. */
  readonly token: string;
}

/** This process, or this worker thread of it, as the holder of one more lock. */
export function newHolder(): LockHolder {
  return {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    ...thisProcess(),
    ...thisThread(),
    token: randomUUID(),
  };
}

/** @returns what `text` says; `undefined` when it was not written by `lockFile`. */
export function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder>;
    const { pid, host, token } = holder;
    // The token becomes a part of file names, the pid goes to the system: neither may be made up.
    const isOne =
      typeof pid === "number" &&
      pid > 0 &&
      pid === (pid | 0) &&
      typeof host === "string" &&
      /^[\da-f-]{36}$/.test(token!);
    return isOne ? (holder as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}

function thisThread(): Pick<LockHolder, "thread" | "task"> {
  if (isMainThread) return {};
  const id = attempt(() => /\d+$/.exec(readlinkSync("/proc/thread-self"))?.[0]); // "<pid>/task/<id>", of who asks
  const started = id && startIn(`/proc/self/task/${id}/stat`);
  return { thread: threadId, task: started && `${id}:${started}` };
}
