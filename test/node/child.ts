// Runs TypeScript in processes of its own: what is about other users, killed processes and races is tested with real ones.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeEach } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));

/** A folder for one test, that every user can write to. */
export function testFolder(): { readonly path: string; join(name: string): string } {
  let path = "";
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "ts-raii-node-"));
    chmodSync(path, 0o777);
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  return {
    get path() {
      return path;
    },
    join: (name) => join(path, name),
  };
}

/** Folders to be removed in the end. */
const bundles: string[] = [];
afterAll(() => bundles.forEach((each) => rmSync(each, { recursive: true })));

/** Bundles a program whose imports start at this folder, and can run as any user. @returns its path. */
export function bundle(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "ts-raii-bundle-"));
  chmodSync(folder, 0o755);
  bundles.push(folder);
  const outfile = join(folder, "program.mjs");
  buildSync({
    stdin: { contents: program, resolveDir: here, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
  });
  return outfile;
}

const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let reachable: string | undefined;

/** A Node that any user can run: this one, or a copy where its folder is the home of another user. */
function nodeForAll(): string {
  if (reachable !== undefined) return reachable;
  if (spawnSync(process.execPath, ["--version"], nobody).status === 0) return (reachable = process.execPath);
  const folder = mkdtempSync(join(tmpdir(), "ts-raii-node-"));
  bundles.push(folder);
  chmodSync(folder, 0o755);
  reachable = join(folder, "node");
  copyFileSync(process.execPath, reachable);
  chmodSync(reachable, 0o755);
  return reachable;
}

/** Runs a bundled program as a user who is not root, for whom rights count. @returns what it printed. */
export function runAsUser(program: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(nodeForAll(), [program, ...args], {
    ...nobody,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`it ended with ${String(status)}: ${stderr}`);
  return stdout;
}

/** Starts a bundled program that talks over IPC. */
export function start(program: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/** The next message of a child. */
export function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`the child ended before it said anything: ${String(code ?? signal)}`));
    child.once("exit", ended);
    child.once("message", (value) => {
      child.off("exit", ended);
      resolve(value);
    });
  });
}

/** Kills a child so that nothing in it runs any more, and waits until its number is free. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** As `runAsUser`, for a process that can make no file longer than 4096 bytes. */
export function runLimited(program: string, ...args: string[]): string {
  return execFileSync("sh", ["-c", 'ulimit -f 8; exec "$@"', "sh", process.execPath, program, ...args], {
    encoding: "utf8",
  });
}
