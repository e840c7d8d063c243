import type { ChildProcess } from "node:child_process";
import type { Stream } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { within } from "../common/settles-within.js";
import type { ProcessGroup } from "./process-group.js";

/** How a process is ended. */
interface Ending {
  readonly signal: NodeJS.Signals | number;
  readonly grace: number;
  /** Who is sent them: the process, or all of the group that it leads. */
  readonly group: ProcessGroup;
}

/** Has a process end by itself: it is told that there is no more input, and what nobody reads does not hold it up. */
export async function letEnd(child: ChildProcess, ended: Promise<unknown>, grace: number): Promise<void> {
  child.stdin?.end();
  for (const output of [child.stdout, child.stderr]) if (output?.readableFlowing === null) output.resume();
  await within(ended, grace);
}

/** Ends a process, first kindly, and awaits its end and that of its pipes. Where it has ended by itself, only these. */
export async function endProcess(
  child: ChildProcess,
  ended: Promise<unknown>,
  ending: Ending,
): Promise<void> {
  const { signal, grace, group } = ending;
  if (group.isThere()) {
    group.send(signal);
    if (!(await hasEnded(ended, ending))) {
      group.send("SIGKILL");
      if (!(await within(ended, Math.max(grace, 1000)))) {
        throw new Error(
          `ts-raii: process ${child.pid} (${child.spawnfile}) has not ended, although it was killed`,
        );
      }
    }
  }
  await closePipes(child, grace);
}

async function hasEnded(ended: Promise<unknown>, { grace, group }: Ending): Promise<boolean> {
  const deadline = performance.now() + grace;
  if (!(await within(ended, grace))) return false;
  // Nothing tells when the last of a group ends.
  while (group.isThere()) {
    if (performance.now() >= deadline) return false;
    await delay(20);
  }
  return true;
}

/**
 * Awaits the pipes: not the event `close` of the process, which does not come after `disconnect()`. A process that the
 * process has started can hold them open, and who reads them can have stopped.
 */
async function closePipes({ stdio }: ChildProcess, grace: number): Promise<void> {
  const open = (stdio as readonly (Pipe | null | undefined)[]).filter(
    (pipe) => pipe != null && !pipe.closed,
  ) as Pipe[];
  const closed = Promise.all(open.map((pipe) => new Promise((resolve) => pipe.once("close", resolve))));
  if (await within(closed, grace)) return;
  for (const pipe of open) pipe.destroy();
  await closed;
}

type Pipe = Stream & { readonly closed: boolean; destroy(): void };
