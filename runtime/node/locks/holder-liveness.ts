import { statSync } from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import { differ, isThere, startIn, startOf, thisProcess } from "../common/process-identity.js";
import type { LockHolder } from "./lock-holder.js";

/**
 * Whether the process, or the worker thread, that holds a lock is still there. `"dead"` only where that is certain; of
 * processes elsewhere nothing is known, and of threads only on Linux.
 */
export function livenessOf(holder: LockHolder): "alive" | "dead" | "unknown" {
  const { boot, namespace } = thisProcess();
  if (holder.host !== hostname()) return "unknown";
  if (differ(holder.boot, boot)) return "dead"; // the machine has been restarted
  if (differ(holder.namespace, namespace)) return "unknown";
  if (!isThere(holder.pid)) return "dead";
  const started = startOf(holder.pid);
  if (started === "ended" || differ(holder.started, started)) return "dead";
  return holder.thread === undefined ? "alive" : threadLiveness(holder);
}

function threadLiveness({ pid, thread, task }: LockHolder): "alive" | "dead" | "unknown" {
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
