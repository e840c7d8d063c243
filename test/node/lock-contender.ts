// A process that takes and releases a lock, one call of the file system at a time, as it is told: so that a test decides
// which process is where when another goes on, or is killed.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { type Acquisition, Resource } from "../../runtime/core/resource.ts";
import { type FileLock, lockFile } from "../../runtime/node/locks/lock-file.ts";
import { LockHeldError } from "../../runtime/node/locks/lock-held-error.ts";
import { type LockHolder, newHolder, parseHolder } from "../../runtime/node/locks/lock-holder.ts";

/** `naive`: see below; `elsewhere`: each process is on a host of its own; `after 4711`: so, and 4711 is said to be stale. */
const [, , path, kind] = process.argv as string[] as [string, string, string, string];
const { readSync, writeSync } = fs;

/** Says something, and waits for what is to be done. */
function ask(text: string): string {
  writeSync(4, `${text}\n`);
  const buffer = Buffer.alloc(1);
  const length = readSync(3, buffer);
  if (length === 0) process.exit(); // the test has ended
  return buffer.toString();
}

// Calls that concern the lock, and what is beside it, wait until they may go on.
for (const name of [
  "openSync",
  "linkSync",
  "readFileSync",
  "renameSync",
  "rmSync",
  "statSync",
  "unlinkSync",
  "writeFileSync",
] as const) {
  const original = fs[name] as (...args: unknown[]) => unknown;
  (fs as unknown as Record<string, unknown>)[name] = (...args: unknown[]): unknown => {
    if (args.some((each) => typeof each === "string" && each.startsWith(path))) ask(`at ${name}`);
    return original(...args);
  };
}
if (kind === "elsewhere" || kind.startsWith("after ")) os.hostname = () => `host-of-${process.pid}`;
syncBuiltinESMExports();
// How often a folder is searched for leftovers depends on how long that took. Here each search takes no time, so that
// each is made however slow the machine is.
performance.now = () => 0;

/** What many do: remove the lock that was seen to be stale, and make it anew. Two can do that at a time. */
function takeNaively(): Acquisition<unknown> {
  const mine = newHolder();
  const text = JSON.stringify(mine);
  try {
    fs.writeFileSync(path, text, { flag: "wx" });
  } catch {
    const theirs = parseHolder(fs.readFileSync(path, "utf8"))!;
    if (isAlive(theirs.pid)) throw held(theirs);
    fs.rmSync(path, { force: true });
    try {
      fs.writeFileSync(path, text, { flag: "wx" });
    } catch {
      throw held(undefined);
    }
  }
  return { handle: undefined, release: () => fs.unlinkSync(path) };
}

function held(holder: LockHolder | undefined): LockHeldError {
  return new LockHeldError({ path, file: path, holder, isElsewhere: false, waited: 0 });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const take = (): Acquisition<FileLock | unknown> =>
  kind === "naive"
    ? takeNaively()
    : lockFile(path, { isStale: ({ pid }) => kind === `after ${pid}` })[Resource.acquire]();

let acquisition: Acquisition<unknown> | undefined;
let said = "ready";
for (;;) {
  const command = ask(said);
  try {
    if (command === "t") {
      acquisition = take();
      said = "taken";
    } else {
      acquisition!.release({ kind: "succeeded" });
      said = "released";
    }
  } catch (error) {
    said = error instanceof LockHeldError ? "held" : `failed ${String(error).replaceAll("\n", " ")}`;
  }
}
