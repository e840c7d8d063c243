import { lstatSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How long a server may take between making its socket and listening at it. */
const binding = 50;

/** How long a server is waited for that does not end the connection. */
const answering = 1000;

/** Whether there is a Unix socket at a path that no server listens at: what a killed one leaves. */
export async function isDeadSocket(path: string): Promise<boolean> {
  if (process.platform === "win32" || path.startsWith("\0")) return false; // these end with their process
  const before = socketAt(path);
  if (before === undefined || !(await isRefused(path))) return false;
  await delay(binding); // it may be a new one that does not listen yet
  return socketAt(path) === before && (await isRefused(path));
}

/** What tells the socket at a path apart from one that takes its place; `undefined` when there is none. */
function socketAt(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isSocket() ? `${stats.dev} ${stats.ino} ${stats.ctimeNs}` : undefined;
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    let isRefused = false;
    // Any other error, such as that of a queue that is full, is no proof.
    probe.on("error", (error: NodeJS.ErrnoException) => void (isRefused = error.code === "ECONNREFUSED"));
    // Ended in order: to be cut off is an error for the other side, and there are servers that die of one.
    probe.once("connect", () => void probe.resume().end());
    // Not the socket's own timeout: each byte that comes would start that anew.
    const timer = setTimeout(() => probe.destroy(), answering);
    probe.once("close", () => {
      clearTimeout(timer);
      resolve(isRefused);
    });
  });
}
