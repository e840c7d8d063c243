import { randomUUID } from "node:crypto";
import { readlinkSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { isMainThread, threadId } from "node:worker_threads";
import { attempt, differ, isThere, startIn, startOf, thisProcess } from "../common/process-identity.js";

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

/**
 * Whether the process, or the worker thread, that holds a lock is still there. `"dead"` only where that is certain; of
 * processes elsewhere nothing is known, and of threads only on Linux.
 */
export function stateOf(holder: LockHolder): "alive" | "dead" | "unknown" {
  const { boot, namespace } = thisProcess();
  if (holder.host !== hostname()) return "unknown";
  if (differ(holder.boot, boot)) return "dead"; // the machine has been restarted
  if (differ(holder.namespace, namespace)) return "unknown";
  if (!isThere(holder.pid)) return "dead";
  const started = startOf(holder.pid);
  if (started === "ended" || differ(holder.started, started)) return "dead";
  return holder.thread === undefined ? "alive" : stateOfThread(holder);
}

function stateOfThread({ pid, thread, task }: LockHolder): "alive" | "dead" | "unknown" {
  if (pid === process.pid && thread === threadId) return "alive";
  const [id, started] = /^(\d+):(\d+)$/.exec(task ?? "")?.slice(1) ?? [];
  if (id === undefined) return "unknown";
  const folder = `/proc/${pid}/task/${id}`;
  // Not by reading: that can fail for other reasons than that it is gone.
  if (isSeen(folder)) return differ(started, startIn(`${folder}/stat`)) ? "dead" : "alive";
  // Where /proc is not mounted, or hides the processes of others, nothing is seen of a thread that lives.
  return isSeen("/proc/self") && isSeen(`/proc/${pid}`) ? "dead" : "unknown";
}

/** Whether there is a file. @throws where that cannot be told. */
function isSeen(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function thisThread(): Pick<LockHolder, "thread" | "task"> {
  if (isMainThread) return {};
  const id = attempt(() => /\d+$/.exec(readlinkSync("/proc/thread-self"))?.[0]); // "<pid>/task/<id>", of who asks
  const started = id && startIn(`/proc/self/task/${id}/stat`);
  return { thread: threadId, task: started && `${id}:${started}` };
}
