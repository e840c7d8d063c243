import type { ChildProcess } from "node:child_process";
import { isThere } from "../common/process-identity.js";

/** How often it is looked whether a group that has outlived its leader is still there. */
const interval = 100;

/**
 * The processes that are signalled together with a child: it alone, or all of the process group that it leads.
 *
 * A group has the number of its leader, and the system keeps that number from others only as long as there is somebody in
 * the group. So from the end of the leader on it is watched: once it was seen to be empty, or its number to be that of a
 * new process, it is over for good, and nothing is sent to that number any more.
 */
export class ProcessGroup {
  private isOver = false;
  private watch: NodeJS.Timeout | undefined = undefined;

  /** To be made before the child can have ended. @param isGroup whether it leads a group: not on Windows. */
  constructor(
    private readonly child: ChildProcess,
    private readonly isGroup: boolean,
  ) {
    if (!isGroup) return;
    child.once("exit", () => {
      if (!this.isThere()) return;
      this.watch = setInterval(() => this.isThere(), interval).unref();
    });
  }

  /** Whether there is somebody to receive a signal. */
  isThere(): boolean {
    if (isRunning(this.child)) return true;
    if (!this.isGroup || this.isOver) return false;
    const { pid } = this.child;
    // Nobody but the leader can have its number while its group is there; and that one has ended.
    this.isOver = pid === undefined || isThere(pid) || !isThere(-pid);
    if (this.isOver) clearInterval(this.watch);
    return !this.isOver;
  }

  send(signal: NodeJS.Signals | number): void {
    if (!this.isThere()) return;
    if (this.isGroup) {
      try {
        process.kill(-this.child.pid!, signal);
        return;
      } catch {} // on Windows there are no groups; elsewhere it has just ended, or may not be told
    }
    if (isRunning(this.child)) this.child.kill(signal);
  }

  /** Watches no more. */
  stop(): void {
    clearInterval(this.watch);
  }
}

export function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
