import { readFileSync } from "node:fs";

/** The program that the tests start. */
export const node = process.execPath;
/** Arguments for a Node that runs `source`, and says "ready" when it does. */
export const script = (source: string): string[] => ["-e", `${source}; console.log("ready")`];
/** What keeps it running. */
export const waits = "setInterval(() => {}, 1e6)";
/** One that does not end when it is told to. */
export const stubborn = `process.on("SIGTERM", () => console.log("no")); ${waits}`;

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Fulfilled when a process has ended, although nobody may have asked for its exit code. */
export async function isGone(pid: number): Promise<void> {
  const isZombie = (): boolean => {
    try {
      return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return false;
    }
  };
  while (isAlive(pid) && !isZombie()) await new Promise(setImmediate);
}
