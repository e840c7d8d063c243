import { renameSync } from "node:fs";
import { rename } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { codeOf } from "../common/file-error.js";

/** Windows refuses to replace a file while a virus scanner, an indexer or a reader has it open: often for a moment. */
const delays = [10, 20, 40, 80, 160, 320];

function isTransient(error: unknown): boolean {
  return process.platform === "win32" && ["EACCES", "EBUSY", "EPERM"].includes(codeOf(error) ?? "");
}

/** Renames, replacing what is there; on Windows, where it is refused for a moment, again and again for half a second. */
export function renamePersistently(from: string, to: string): void {
  for (const delay of delays) {
    try {
      return renameSync(from, to);
    } catch (error) {
      if (!isTransient(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay); // sleeps
    }
  }
  renameSync(from, to);
}

/** As `renamePersistently`, without blocking. */
export async function renamePersistentlyAsync(from: string, to: string): Promise<void> {
  for (const delay of delays) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!isTransient(error)) throw error;
      await setTimeout(delay);
    }
  }
  await rename(from, to);
}
