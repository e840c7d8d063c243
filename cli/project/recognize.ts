import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { dependenciesOf, type Manifest } from "../../toolchain/manifest";
import { foldersAround } from "./folders-around";
import type { Host, HostConfig } from "./host";
import { hosts } from "./hosts";
import { readFolder } from "./read-folder";
import { commandsOf, type ScriptCommand } from "./script-commands";
import { emitsJavaScript } from "./tsconfig-files";
import { workspacePatterns } from "./workspace";

/** A host that is in use. */
export interface Recognized {
  readonly host: Host;
  /** What tells of it. A dependency alone may also be there for another reason. */
  readonly by: "configuration" | "script" | "dependency";
  /** The file that configures it. `package.json` where its property does. */
  readonly configPath?: string;
  /** The names of the scripts that start it. */
  readonly scripts: readonly string[];
  /** Whether a command of a script starts it. */
  readonly isStartedBy: (command: ScriptCommand) => boolean;
}

/**
 * Finds the hosts of a package: those that have a configuration there, those that its scripts start, and those that it depends
 * on.
 */
export function recognizeHosts(manifest: Manifest): readonly Recognized[] {
  const dependencies = dependenciesOf(manifest);
  const scripts = Object.entries(scriptsOf(manifest));
  const found = hosts.flatMap((host): Recognized[] => {
    const isStartedBy = (command: ScriptCommand): boolean => host.isStartedBy?.(command) === true;
    const starting = scripts.filter(([, script]) =>
      commandsOf(script).some(
        (command) =>
          isStartedBy(command) &&
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
    return [{ host, by, scripts: names, isStartedBy, ...(configPath !== undefined && { configPath }) }];
  });
  if (found.every(({ by }) => by === "dependency")) found.push(...nodeAlone(manifest));
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

/** The scripts that start the program itself. Others start tools. */
const ofPrograms = /^(?:start|dev|serve|test)\b/;

/** Where nothing compiles a package of JavaScript, what Node starts is its source. */
function nodeAlone(manifest: Manifest): readonly Recognized[] {
  const { folder } = manifest;
  if (existsSync(join(folder, "tsconfig.json")) || workspacePatterns(manifest) !== undefined) return [];
  const host = hosts.find(({ name }) => name === "node")!;
  const isStartedBy = ({ program, args }: ScriptCommand): boolean =>
    program === "node" && args.some((word) => /\.[cm]?js$/.test(word) && existsSync(resolve(folder, word)));
  const scripts = Object.entries(scriptsOf(manifest))
    .filter(([name, script]) => ofPrograms.test(name) && commandsOf(script).some(isStartedBy))
    .map(([name]) => name);
  return scripts.length === 0 ? [] : [{ host, by: "script", scripts, isStartedBy }];
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
    readFolder(at)
      .map((each) => each.name)
      .filter((each) => name.test(each))
      .sort()
      .map((each) => join(at, each)),
  );
  return [...named, ...started].find(
    (each) =>
      statSync(each, { throwIfNoEntry: false })?.isFile() === true &&
      (contains?.test(readFileSync(each, "utf8")) ?? true),
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
