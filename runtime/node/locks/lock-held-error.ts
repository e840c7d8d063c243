import { threadId } from "node:worker_threads";
import { OwnError } from "../../core/own-error.js";
import type { LockHolder } from "./lock-holder.js";

/** What a {@link LockHeldError} tells. */
export interface LockRefusal {
  /** Of the lock, absolute. */
  readonly path: string;
  /** The file that names the holder: the lock, or the claim beside it of a process that is taking it over. */
  readonly file: string;
  /** Who holds it; `undefined` while they are still writing that down. */
  readonly holder: LockHolder | undefined;
  /**
   * Whether it cannot be seen from here if that process still runs: it is on another host, or in another container; or if
   * that worker thread does (not on Linux).
   */
  readonly isElsewhere: boolean;
  /** How many milliseconds were waited. */
  readonly waited: number;
}

/** The lock is held by another: `lockFile` was not granted it. */
export class LockHeldError extends OwnError implements LockRefusal {
  /** @internal */
  static override get kind(): string {
    return "LockHeldError";
  }

  override readonly name = "LockHeldError";
  readonly path: string;
  readonly file: string;
  readonly holder: LockHolder | undefined;
  readonly isElsewhere: boolean;
  readonly waited: number;

  /** @internal */
  constructor(refusal: LockRefusal) {
    const { path, file, holder, isElsewhere, waited } = refusal;
    const after = waited > 0 ? ` after ${Math.round(waited)} ms` : "";
    super(`ts-raii: the lock ${path} is held${after} by ${describeHolder(holder)}. ${adviceOn(refusal)}`);
    this.path = path;
    this.file = file;
    this.holder = holder;
    this.isElsewhere = isElsewhere;
    this.waited = waited;
  }
}

export function describeHolder(holder: LockHolder | undefined): string {
  if (holder === undefined) return "a process that is still writing it";
  const { pid, host, since, thread } = holder;
  const part = thread === undefined ? "" : `worker thread ${thread} of `;
  return `${part}process ${pid} on ${host} (since ${since})`;
}

function adviceOn({ path, file, holder, isElsewhere }: LockRefusal): string {
  if (isElsewhere) {
    const option = file === path ? `, or say so by the option "isStale"` : "";
    return `Whether that ${holder?.thread === undefined ? "process" : "thread"} still runs cannot be seen from here: if it does not, delete ${file}${option}`;
  }
  if (holder?.pid === process.pid && (holder.thread ?? 0) === threadId)
    return "That is this process: the scope that holds it has to end first";
  return "Wait for it: lockFileAsync(path, { wait: milliseconds })";
}
