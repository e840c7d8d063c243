import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { parseJsonc } from "./parse-jsonc";

/** The options for a file, not checked yet. */
export interface FileOptions {
  readonly importSource: string;
  /** Where they were read, for what is wrong with them. */
  readonly from: string;
}

interface TsConfig {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: { readonly plugins?: readonly PluginEntry[] };
}

interface PluginEntry {
  readonly transform?: unknown;
  readonly name?: unknown;
  readonly importSource?: unknown;
}

const variable = "TS_RAII_OPTIONS";
const none: FileOptions = { importSource: "ts-raii", from: "ts-raii" };
const known = new Map<string, FileOptions>();

/**
 * The options for a file: those of the plugin's entry in the nearest tsconfig.json, so that every tool of a project agrees. What
 * the environment variable TS_RAII_OPTIONS says as JSON comes first.
 *
 * @throws {Error} when the variable is not JSON.
 */
export function optionsFor(path: string): FileOptions {
  const folder = dirname(path);
  const found = known.get(folder);
  if (found !== undefined) return found;
  const options = { ...none, ...ofFolder(folder), ...ofEnvironment() };
  known.set(folder, options);
  return options;
}

function ofFolder(folder: string): Partial<FileOptions> | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "tsconfig.json");
    if (existsSync(path)) return ofConfig(path, new Set());
    if (dirname(at) === at) return undefined;
  }
}

/** As TypeScript reads it: a list of plugins replaces that of the configuration that is extended. */
function ofConfig(path: string, seen: Set<string>): Partial<FileOptions> | undefined {
  if (seen.has(path)) return undefined;
  seen.add(path);
  const config = readConfig(path);
  const plugins = config?.compilerOptions?.plugins;
  if (Array.isArray(plugins)) {
    const entry =
      plugins.find(({ transform }: PluginEntry) => transform === "ts-raii/transformer") ??
      plugins.find(({ name }: PluginEntry) => name === "ts-raii");
    const { importSource = none.importSource, ...rest } = (entry ?? {}) as { importSource?: string };
    return { ...rest, importSource, from: path };
  }
  for (const base of [config?.extends ?? []].flat().reverse()) {
    const found = resolveConfig(base as string, path);
    const options = found === undefined ? undefined : ofConfig(found, seen);
    if (options !== undefined) return options;
  }
  return undefined;
}

function resolveConfig(name: string, from: string): string | undefined {
  if (/^\.\.?(?:[\\/]|$)/.test(name) || isAbsolute(name)) {
    const path = isAbsolute(name) ? name : join(dirname(from), name);
    return [path, `${path}.json`, join(path, "tsconfig.json")].find(
      (each) => /\.json$/.test(each) && existsSync(each),
    );
  }
  const { resolve } = createRequire(from);
  for (const each of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      const path = resolve(each);
      if (path.endsWith(".json")) return path;
    } catch {
      // the next form of the name
    }
  }
  return undefined;
}

/** A configuration that cannot be read is for TypeScript to complain about. */
function readConfig(path: string): TsConfig | undefined {
  try {
    return parseJsonc(readFileSync(path, "utf8")) as TsConfig;
  } catch {
    return undefined;
  }
}

function ofEnvironment(): Partial<FileOptions> | undefined {
  const text = process.env[variable];
  if (text === undefined || text === "") return undefined;
  try {
    return { ...(JSON.parse(text) as object), from: variable };
  } catch (error) {
    const problem = (error as Error).message;
    throw new Error(`ts-raii: the environment variable ${variable} is not JSON: ${problem}`, {
      cause: error,
    });
  }
}
