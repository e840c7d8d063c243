import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import picomatch from "picomatch";
import { type Manifest, readManifest } from "../../toolchain/manifest";
import { readFolder } from "./read-folder";

/** The patterns that name the members of a workspace. @returns `undefined` where a folder is the root of none. */
export function workspacePatterns({ folder, json }: Manifest): readonly string[] | undefined {
  const { workspaces } = json as { workspaces?: unknown };
  const own = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages;
  const file = join(folder, "pnpm-workspace.yaml");
  if (!Array.isArray(own) && !existsSync(file)) return undefined;
  const texts = Array.isArray(own) ? own : packagesIn(readFileSync(file, "utf8"));
  return texts.filter((each): each is string => typeof each === "string");
}

/** The list `packages` of a pnpm-workspace.yaml, in the two ways in which lists are written. */
function packagesIn(text: string): readonly string[] {
  const [, list, inline] =
    /^packages:[^\S\n]*(?:\n((?:[^\S\n]*(?:-.*|#.*)?\n?)*)|\[([^\]]*)\])/m.exec(text) ?? [];
  const entries =
    inline?.split(",") ?? list?.split("\n").flatMap((line) => /^\s*-\s*(.*)$/.exec(line)?.[1] ?? []) ?? [];
  return entries.flatMap((each) => {
    const [, double, single, bare] = /^\s*(?:"([^"]*)"|'([^']*)'|([^#\s]+))/.exec(each) ?? [];
    return double ?? single ?? bare ?? [];
  });
}

/** The packages that a workspace consists of besides its root, by their paths. */
export function membersOf(root: Manifest): readonly Manifest[] {
  const patterns = (workspacePatterns(root) ?? []).map((each) =>
    each.replace(/^(!?)(?:\.\/)?(.*?)\/?$/, "$1$2"),
  );
  const included = patterns.filter((each) => !each.startsWith("!"));
  const isMember = picomatch(included);
  const isExcluded = picomatch(patterns.flatMap((each) => (each.startsWith("!") ? [each.slice(1)] : [])));
  const folders = new Set(included.flatMap((each) => candidates(root.folder, each)));
  return [...folders]
    .sort()
    .filter((folder) => {
      const path = relative(root.folder, folder).replaceAll("\\", "/");
      return path !== "" && !path.startsWith("..") && isMember(path) && !isExcluded(path);
    })
    .flatMap((folder) => readManifest(join(folder, "package.json")) ?? []);
}

/** The folders that a pattern may match: from its fixed beginning as deep as it goes. */
function candidates(root: string, pattern: string): readonly string[] {
  const parts = pattern.split("/");
  const fixed = parts.findIndex((each) => /[*?{}()[\]\\]/.test(each));
  if (fixed < 0) return [join(root, pattern)];
  const start = join(root, ...parts.slice(0, fixed));
  return [start, ...foldersIn(start, pattern.includes("**") ? Infinity : parts.length - fixed)];
}

/** The folders below one, but what is installed and what is hidden. */
function foldersIn(folder: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  return readFolder(folder)
    .filter((each) => each.isDirectory() && each.name !== "node_modules" && !each.name.startsWith("."))
    .map((each) => join(folder, each.name))
    .flatMap((each) => [each, ...foldersIn(each, depth - 1)]);
}
