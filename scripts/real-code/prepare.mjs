import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Brings a code base to `root` and installs what it needs.
 * @param repository with `dependencies`, these stand in for those of its package.json: what its types need, of many.
 * @returns why that cannot be, `undefined` when it is done.
 */
export function prepare({ name, url, commit, install, dependencies }, root) {
  // A clone that is there already, where the network is closed: REAL_CODE_TRPC=/path/to/a/clone.
  const source = process.env[`REAL_CODE_${name.toUpperCase().replaceAll("-", "_")}`] ?? url;
  try {
    execFileSync("git", ["clone", "--quiet", source, root], { stdio: "pipe", encoding: "utf8" });
    git(root, "checkout", "--quiet", commit);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    const [reason] = String(error.stderr || error.message)
      .trim()
      .split("\n")
      .slice(-1);
    return `${source} cannot be cloned at ${commit.slice(0, 10)}: ${reason}`;
  }
  if (dependencies !== undefined) dependOn(root, dependencies);
  const [command, ...args] = install;
  const { status, stderr, stdout } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return status === 0
    ? undefined
    : `its dependencies cannot be installed: ${(stderr || stdout).trim().split("\n").slice(-1)}`;
}

function dependOn(root, dependencies) {
  const path = `${root}/package.json`;
  const { devDependencies, peerDependencies, workspaces, devEngines, ...manifest } = JSON.parse(
    readFileSync(path, "utf8"),
  );
  writeFileSync(path, JSON.stringify({ ...manifest, dependencies }, null, 2));
  for (const lock of ["package-lock.json", ".npmrc"]) rmSync(`${root}/${lock}`, { force: true });
}

/** Runs git in a folder. @returns what it printed. */
export function git(root, ...args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
