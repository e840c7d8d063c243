import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readManifest } from "../../toolchain/manifest";

/** What installs the packages of a project. */
export interface PackageManager {
  readonly name: "npm" | "pnpm" | "yarn" | "yarn-1" | "bun" | "deno";
  /** The folder of the lock file, or of the package.json that names the package manager. */
  readonly root: string | undefined;
}

/** By the lock file. Where there are several, the first of these. */
const lockFiles: readonly (readonly [file: string, name: PackageManager["name"]])[] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["pnpm-workspace.yaml", "pnpm"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  [".yarnrc.yml", "yarn"],
  ["yarn.lock", "yarn-1"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
  ["deno.lock", "deno"],
];

/** What adds packages, and what marks those of development. `atRoot` is for the root of a workspace. */
const commands: Readonly<
  Record<PackageManager["name"], { readonly add: string; readonly dev: string; readonly atRoot?: string }>
> = {
  npm: { add: "npm install", dev: "--save-dev" },
  pnpm: { add: "pnpm add", dev: "--save-dev", atRoot: "--workspace-root" },
  yarn: { add: "yarn add", dev: "--dev" },
  "yarn-1": { add: "yarn add", dev: "--dev", atRoot: "--ignore-workspace-root-check" },
  bun: { add: "bun add", dev: "--dev" },
  deno: { add: "deno add", dev: "--dev" },
};

/**
 * Finds the package manager of a folder: what the field `packageManager` of the nearest package.json names, else what has written
 * the nearest lock file, else npm. A lock file is looked for up to the root of the file system: a member of a workspace has none.
 */
export function findPackageManager(folder: string): PackageManager {
  for (let at = folder; ; at = dirname(at)) {
    const field = readManifest(join(at, "package.json"))?.json.packageManager;
    const [, name, major] = /^(npm|pnpm|yarn|bun)@(\d+)/.exec(typeof field === "string" ? field : "") ?? [];
    if (name !== undefined)
      return {
        name: (name === "yarn" && major === "1" ? "yarn-1" : name) as PackageManager["name"],
        root: at,
      };
    const [, found] = lockFiles.find(([file]) => existsSync(join(at, file))) ?? [];
    if (found !== undefined) return { name: found, root: at };
    if (dirname(at) === at) return { name: "npm", root: undefined };
  }
}

/** Packages to install, with their ranges: `typescript@6`. */
export interface Wanted {
  readonly packages: readonly string[];
  readonly isDev: boolean;
}

/**
 * The commands that install packages in a folder, as one types them.
 *
 * @param isWorkspaceRoot whether the folder is the root of a workspace: some package managers ask to say so.
 */
export function installCommands(
  { name }: PackageManager,
  wanted: readonly Wanted[],
  isWorkspaceRoot: boolean,
): readonly string[] {
  const { add, dev, atRoot } = commands[name];
  return wanted
    .filter(({ packages }) => packages.length > 0)
    .map(({ packages, isDev }) => {
      const flags = [...(isWorkspaceRoot && atRoot !== undefined ? [atRoot] : []), ...(isDev ? [dev] : [])];
      const names = packages.map((each) => (name === "deno" ? `npm:${each}` : each));
      return [add, ...flags, ...names].join(" ");
    });
}
