// What the tests of locks share: each test has a folder of its own, and one lock in it.
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { acquire, type AsyncResource, run } from "../../runtime/index.ts";
import { type FileLock, lockFile, LockHeldError, type LockHolder } from "../../runtime/node/index.ts";
import { bundle, start, testFolder } from "./child.ts";
import { within } from "./ways-out.ts";

export const folder = testFolder();
export const path = (): string => folder.join("the.lock");
export const holder = (): LockHolder => JSON.parse(readFileSync(path(), "utf8")) as LockHolder;

/** What this process writes; acquired and released for it. */
export function ours(): LockHolder {
  return run(function* () {
    return (yield* acquire(lockFile(folder.join("another.lock")))).holder;
  });
}

/** Takes the lock, and leaves its file behind as if the process had been killed. */
export function leaveLock(changes: Partial<Record<keyof LockHolder, unknown>>): void {
  const left = { ...ours(), token: "01234567-89ab-cdef-0123-456789abcdef", ...changes };
  writeFileSync(path(), JSON.stringify(left));
}

export async function refusal(resource: AsyncResource<FileLock> = lockFile(path())): Promise<LockHeldError> {
  const error = await within(resource, "succeeded").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LockHeldError);
  return error as LockHeldError;
}

/** A number that no process has: that of one which has just ended. */
export async function freePid(): Promise<number> {
  const child = start(bundle(`process.disconnect();`));
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid!;
}
