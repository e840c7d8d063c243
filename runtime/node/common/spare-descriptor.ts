import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { devNull } from "node:os";
import { codeOf } from "./file-error.js";

let holders = 0;
let spare: number | undefined;

/**
 * Keeps one descriptor of the process open for a release that needs one, so that it has one when all others are taken.
 * All holders share it.
 *
 * @returns ends that, for this holder; to be called once.
 * @throws {Error} `EMFILE` or `ENFILE`, when there is none: what could not be released is not acquired.
 */
export function holdSpareDescriptor(): () => void {
  // Windows lists a folder without a descriptor.
  if (process.platform !== "win32") spare ??= openSync(devNull, "r");
  holders++;
  return () => {
    if (--holders === 0) close();
  };
}

/**
 * Does what needs one descriptor and closes it again. Where there is no free one, the spare one makes room. It is
 * synchronous, so that nothing else in this thread takes that room.
 */
export function withSpareDescriptor<T>(what: () => T): T {
  try {
    return what();
  } catch (error) {
    if (!isShortage(error) || spare === undefined) throw error;
  }
  close();
  try {
    return what();
  } finally {
    try {
      spare = openSync(devNull, "r");
    } catch {} // another thread was faster; the next holder tries again
  }
}

/**
 * How many descriptors are free at this moment. On Linux only: elsewhere it cannot be asked, and to try it would take
 * them away from others.
 */
export function freeDescriptors(): number {
  if (process.platform !== "linux") return Infinity;
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? Infinity : Number(limit) - readdirSync("/proc/self/fd").length;
  } catch (error) {
    return isShortage(error) ? 0 : Infinity;
  }
}

/** Whether an error says that there is no free descriptor. */
export function isShortage(error: unknown): boolean {
  return ["EMFILE", "ENFILE"].includes(codeOf(error) ?? "");
}

function close(): void {
  if (spare !== undefined) closeSync(spare);
  spare = undefined;
}
