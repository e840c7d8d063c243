import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

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
  /** Of this one acquisition. */
  readonly token: string;
}

/** This process, as the holder of one more lock. */
export function newHolder(): LockHolder {
  return {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    ...thisProcess(),
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
 * Whether the process that holds a lock is still there. `"dead"` only where that is certain; of processes elsewhere
 * nothing is known.
 */
export function stateOf(holder: LockHolder): "alive" | "dead" | "unknown" {
  const { boot, namespace } = thisProcess();
  if (holder.host !== hostname()) return "unknown";
  if (differ(holder.boot, boot)) return "dead"; // the machine has been restarted
  if (differ(holder.namespace, namespace)) return "unknown";
  try {
    process.kill(holder.pid, 0); // tests for it, and sends nothing
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "dead";
    // Else it is there and another user's.
  }
  const started = startOf(holder.pid);
  return started === "ended" || differ(holder.started, started) ? "dead" : "alive";
}

/** Both are known, and not the same. */
function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

interface ProcessIdentity {
  readonly started: string | undefined;
  readonly boot: string | undefined;
  readonly namespace: string | undefined;
}

let identity: ProcessIdentity | undefined;

function thisProcess(): ProcessIdentity {
  return (identity ??= {
    started: startOf(process.pid),
    boot: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: attempt(() => readlinkSync("/proc/self/ns/pid")),
  });
}

/**
 * When a process has started, to be compared with what this function has given before.
 *
 * @returns `"ended"` for one that has, and whose parent has not yet asked for its exit code; `undefined` where it cannot
 *   be found out, as on Windows, or for a process that has gone.
 */
export function startOf(pid: number, platform: NodeJS.Platform = process.platform): string | undefined {
  if (platform === "win32") return undefined;
  if (platform !== "linux") return startByPs(pid);
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The second field is the name of the program, in brackets, and may have anything in it.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields && /^[ZX]/.test(fields[0]!) ? "ended" : fields?.[19];
}

function startByPs(pid: number): string | undefined {
  const environment = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  return attempt(() => {
    const output = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: environment,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [state = "", ...start] = output.trim().split(/\s+/);
    return state.startsWith("Z") ? "ended" : start.join(" ") || undefined;
  });
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
