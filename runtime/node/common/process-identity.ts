import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

// Which process a number means: numbers are given again.

/** Whether there is a process of this number, or a group where it is negative; also one of another user. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0); // tests for it, and sends nothing
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"; // else it is there and another user's
  }
}

/** Both are known, and not the same. */
export function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** What tells a process from others of the same number. */
interface ProcessIdentity {
  readonly started: string | undefined;
  readonly boot: string | undefined;
  readonly namespace: string | undefined;
}

let identity: ProcessIdentity | undefined;

/** This process. What the system does not tell is `undefined`. */
export function thisProcess(): ProcessIdentity {
  if (identity) return identity;
  const found = {
    started: startOf(process.pid),
    boot: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: attempt(() => readlinkSync("/proc/self/ns/pid")),
  };
  // What could not be read for want of a descriptor can be the next time.
  if (process.platform !== "linux" || (found.started && found.boot)) identity = found;
  return found;
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
  return startIn(`/proc/${pid}/stat`);
}

/** The same of a process or thread, from its file `stat` (Linux). */
export function startIn(path: string): string | undefined {
  const stat = attempt(() => readFileSync(path, "utf8"));
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

/** What `read` gives; `undefined` where it cannot be read. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
