import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { dependenciesOf, type Manifest } from "../../toolchain/manifest";
import { foldersAround } from "./folders-around";
import type { Host, HostConfig } from "./host";
import { hosts } from "./hosts";
import { commandsOf } from "./script-commands";
import { emitsJavaScript } from "./tsconfig-files";

/** A host that is in use. */
export interface Recognized {
  readonly host: Host;
  /** What tells of it. A dependency alone may also be there for another reason. */
  readonly by: "configuration" | "script" | "dependency";
  /** The file that configures it. `package.json` where its property does. */
  readonly configPath?: string;
  /** The names of the scripts that start it. */
  readonly scripts: readonly string[];
}

/**
 * Finds the hosts of a package: those that have a configuration there, those that its scripts start, and those that it depends
 * on.
 */
export function recognizeHosts(manifest: Manifest): readonly Recognized[] {
  const dependencies = dependenciesOf(manifest);
  const scripts = Object.entries(scriptsOf(manifest));
  const found = hosts.flatMap((host): Recognized[] => {
    const starting = scripts.filter(([, script]) =>
      commandsOf(script).some(
        (command) =>
          host.isStartedBy?.(command) === true &&
          // It is no host where it only checks types.
          (host.name !== "tspc" || emitsJavaScript(command, manifest.folder)),
      ),
    );
    const configPath = host.config && findConfig(host.config, manifest, scripts);
    const by =
      configPath !== undefined
        ? "configuration"
        : starting.length > 0
          ? "script"
          : host.packages.some((name) => dependencies[name] !== undefined)
            ? "dependency"
            : undefined;
    if (by === undefined) return [];
    const names = starting.map(([name]) => name);
    return [{ host, by, scripts: names, ...(configPath !== undefined && { configPath }) }];
  });
  const isThere = (name: string | undefined): boolean =>
    found.some(({ host, by }) => host.name === name && by !== "dependency");
  const replaced = found.flatMap(({ host: { replaces = [] }, configPath }) =>
    configPath === undefined ? [] : replaces,
  );
  return found.filter(
    ({ host: { name, fallback }, configPath }) =>
      !replaced.includes(name) && (configPath !== undefined || !isThere(fallback)),
  );
}

/** The scripts of a package.json. */
export function scriptsOf({ json }: Manifest): Readonly<Record<string, string>> {
  const scripts = Object.entries(json.scripts ?? {}).filter(([, each]) => typeof each === "string");
  return Object.fromEntries(scripts);
}

function findConfig(
  { name, contains, isStarted, isAroundOf, packageKey }: HostConfig,
  { folder, path, json }: Manifest,
  scripts: readonly (readonly [string, string])[],
): string | undefined {
  if (packageKey !== undefined && json[packageKey] !== undefined) return path;
  const started = isStarted === true ? startedFiles(folder, scripts) : [];
  const isMember = isAroundOf !== undefined && existsSync(join(folder, isAroundOf));
  const named = (isMember ? foldersAround(folder) : [folder]).flatMap((at) =>
    readdirSync(at)
      .filter((each) => name.test(each))
      .sort()
      .map((each) => join(at, each)),
  );
  return [...named, ...started].find(
    (each) => statSync(each).isFile() && (contains?.test(readFileSync(each, "utf8")) ?? true),
  );
}

/** The files of a package that its scripts start by Node, Bun or the like. */
function startedFiles(folder: string, scripts: readonly (readonly [string, string])[]): readonly string[] {
  const paths = scripts
    .flatMap(([, script]) => commandsOf(script))
    .filter(({ program }) => ["node", "bun", "tsx", "deno"].includes(program))
    .flatMap(({ args }) => args.filter((word) => /\.[cm]?[jt]s$/.test(word)))
    .map((word) => resolve(folder, word));
  return [...new Set(paths)].filter(
    (path) => existsSync(path) && !relative(folder, path).startsWith(`..${sep}`),
  );
}
