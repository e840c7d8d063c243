import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
/** Below the repository: ts-patch's own dependencies are found by walking up. */
const work = join(root, ".tmp/consumers");
const modules = join(root, "node_modules");

/** The pairs that are supported: TypeScript and the ts-patch that is for it. */
export const toolchains = {
  "TypeScript 6, ts-patch 4": { typescript: "typescript", "ts-patch": "ts-patch" },
  "TypeScript 5.9, ts-patch 3.3": { typescript: "typescript-5", "ts-patch": "ts-patch-3" },
} as const;
export type Toolchain = keyof typeof toolchains;

/** Packs the package as `npm publish` would, and gives the tarball. */
export function pack(): string {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const output = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(output.toString()) as [{ filename: string }];
  return join(work, filename);
}

/** Copies a project, installs the tarball in it, and a toolchain where it finds it. */
export function install(project: string, toolchain: Toolchain, tarball: string): string {
  const home = join(work, toolchain.replaceAll(/[^\w.]+/g, "-"));
  for (const [name, source] of Object.entries(toolchains[toolchain])) {
    const target = join(home, "node_modules", name);
    if (!existsSync(target)) cpSync(join(modules, source), target, { recursive: true });
  }
  const folder = join(home, project);
  cpSync(join(root, "fixtures/projects", project), folder, { recursive: true });
  const flags = ["--no-save", "--no-package-lock", "--offline", "--ignore-scripts", "--legacy-peer-deps"];
  execFileSync("npm", ["install", ...flags, tarball], { cwd: folder, stdio: "pipe" });
  return folder;
}

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the real `tspc` of the toolchain. */
export function tspc(folder: string, ...args: string[]): Outcome {
  return runNode(folder, join(folder, "../node_modules/ts-patch/bin/tspc.js"), ...args);
}

/** Runs Node, with source maps. */
export function runNode(folder: string, ...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--enable-source-maps", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}
