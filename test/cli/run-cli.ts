import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Toolchain, toolchains } from "../package/consumer.ts";

const root = join(import.meta.dirname, "../..");

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a child process; no terminal, no colours unless asked for. */
export function runCli(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...inherited, ...env },
  });
  return { status, stdout, stderr };
}

/**
 * Makes a folder below the repository with a toolchain in it, and this package as installed.
 *
 * @param name of the test file: each has a folder of its own.
 */
export function makeHome(name: string, toolchain: Toolchain): string {
  const home = join(root, ".tmp/cli", name, toolchain.replaceAll(/[^\w.]+/g, "-"));
  rmSync(home, { recursive: true, force: true });
  for (const [target, source] of Object.entries(toolchains[toolchain]))
    cpSync(join(root, "node_modules", source), join(home, "node_modules", target), { recursive: true });
  link(root, join(home, "node_modules/ts-raii"));
  return home;
}

/** Copies a project of fixtures/cli into a home. */
export function copyProject(home: string, project: string, name = project): string {
  const folder = join(home, name);
  cpSync(join(root, "fixtures/cli", project), folder, { recursive: true });
  return folder;
}

/** Writes files, given by their paths, into a folder; what is not a text becomes JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

/** Makes a package be found at a place. */
export function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(target, path, "junction");
}
