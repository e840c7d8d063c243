import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** A project outside of the repository with the built package in it. */
export interface Project {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  /** @param args of Node. */
  run(
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  [Symbol.dispose](): void;
}

/** @param packages to link from the repository's own node_modules. */
export function createProject(packages: readonly string[] = ["typescript"]): Project {
  const folder = mkdtempSync(join(tmpdir(), "ts-raii-"));
  const own = join(folder, "node_modules/ts-raii");
  for (const part of ["package.json", "dist"]) cpSync(join(root, part), join(own, part), { recursive: true });
  for (const name of packages) {
    const path = join(folder, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path);
  }
  return {
    folder,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    },
    run(args, env = {}) {
      const { NODE_OPTIONS: _, ...outer } = process.env;
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        env: { ...outer, NODE_NO_WARNINGS: "1", ...env },
        encoding: "utf8",
      });
      return { status, stdout, stderr };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
