import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import type ts from "typescript";
import { UsageError } from "./usage-error";

/** A tsconfig.json, with all that it inherits. */
export interface Project {
  readonly configPath: string;
  readonly parsed: ts.ParsedCommandLine;
  /** The plugin entries that are ours: one, if all is as it should be. */
  readonly entries: readonly PluginEntry[];
}

export interface PluginEntry {
  readonly transform?: unknown;
  readonly [option: string]: unknown;
}

/**
 * Finds the tsconfig.json: what `-p` names, a file or a folder, or the nearest around the working directory.
 *
 * @throws {UsageError} where there is none.
 */
export function findConfig(cwd: string, project: string | undefined): string {
  const found = project === undefined ? nearest(cwd, "tsconfig.json") : namedConfig(cwd, project);
  if (found === undefined)
    throw new UsageError("There is no tsconfig.json here, nor in a folder around; name one by -p.");
  return found;
}

/**
 * The same for a project that may have none: JavaScript needs no configuration, or has a jsconfig.json for its editor.
 *
 * @throws {UsageError} where what `-p` names is not there.
 */
export function findConfigIfAny(cwd: string, project: string | undefined): string | undefined {
  if (project !== undefined) return namedConfig(cwd, project);
  return nearest(cwd, "tsconfig.json") ?? nearest(cwd, "jsconfig.json");
}

function namedConfig(cwd: string, project: string): string {
  const path = resolve(cwd, project);
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const names = isFolder ? ["tsconfig.json", "jsconfig.json"].map((each) => join(path, each)) : [path];
  const found = names.find((each) => existsSync(each));
  if (found === undefined) throw new UsageError(`There is no ${relative(cwd, names[0]!) || names[0]}.`);
  return found;
}

function nearest(cwd: string, name: string): string | undefined {
  for (let at = cwd; ; at = dirname(at)) {
    const path = join(at, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Reads a tsconfig.json and those it references: each once, and after those that it needs.
 *
 * @throws {UsageError} with what TypeScript says of it, where one is not as it should be.
 */
export function readProjects(compiler: typeof ts, configPath: string): readonly Project[] {
  const projects: Project[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const project = readProject(compiler, path);
    for (const reference of project.parsed.projectReferences ?? [])
      visit(resolve(compiler.resolveProjectReferencePath(reference)));
    projects.push(project);
  };
  visit(configPath);
  return projects;
}

function readProject(compiler: typeof ts, configPath: string): Project {
  const errors: ts.Diagnostic[] = [];
  const parsed = compiler.getParsedCommandLineOfConfigFile(
    configPath,
    {},
    { ...compiler.sys, onUnRecoverableConfigFileDiagnostic: (error) => errors.push(error) },
  );
  errors.push(...(parsed?.errors ?? []));
  if (parsed === undefined || errors.length > 0) {
    const host: ts.FormatDiagnosticsHost = {
      getCurrentDirectory: () => process.cwd(),
      getCanonicalFileName: (name) => name,
      getNewLine: () => "\n",
    };
    throw new UsageError(compiler.formatDiagnostics(errors, host).trimEnd());
  }
  const plugins = Array.isArray(parsed.options.plugins) ? (parsed.options.plugins as unknown[]) : [];
  const entries = plugins.filter((each): each is PluginEntry => isOurs(each, dirname(configPath)));
  return { configPath, parsed, entries };
}

/** Whether an entry of `plugins` names our transformer: by its package, or by a path to it. */
function isOurs(entry: unknown, folder: string): boolean {
  const transform = (entry as PluginEntry | null)?.transform;
  if (typeof transform !== "string") return false;
  if (transform === "ts-raii/transformer") return true;
  try {
    const found = createRequire(join(folder, "package.json")).resolve(transform);
    return found === require.resolve("../transformer/index");
  } catch {
    return false; // another plugin, and not installed
  }
}
