import { readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { readManifest } from "../../../toolchain/manifest";

/** What a host is to compile. */
export interface Task {
  /** The package that the host belongs to. */
  readonly folder: string;
  readonly configPath: string | undefined;
  /** Where the probe stands, or would stand: among the sources, by a name that no file has. */
  readonly file: string;
  readonly text: string;
  /** A folder in the project that does not exist, for hosts that compile whole applications. */
  readonly place: string;
  /** The module that the probe imports `raii` from. */
  readonly importSource: string;
  /** A folder outside of the project, for what the host writes. */
  readonly temporary: string;
  /** The arguments of the command by which a script starts the host. */
  readonly args: readonly string[];
}

/**
 * What came of a probe: once for each configuration that is there, or what it did where it was run. Unknown, where the host was not
 * reached.
 */
export type Compiled = readonly string[] | "compiled" | "left" | "unknown";

/** Compiles a probe by a host. */
export type Compile = (task: Task) => Promise<Compiled>;

export function isResolved(id: string, folder: string): boolean {
  try {
    createRequire(join(folder, "package.json")).resolve(id);
    return true;
  } catch {
    return false;
  }
}

/** Loads a package as a folder finds it. */
export async function load(id: string, folder: string): Promise<any> {
  return (await import(pathToFileURL(resolvedFor(id, folder)).href)) as unknown;
}

/** The file that `import` takes: some packages have another one for `require`, and some have none. */
function resolvedFor(id: string, folder: string): string {
  const [, name = id, subpath = ""] = /^(@[^/]+\/[^/]+|[^/]+)(.*)$/.exec(id) ?? [];
  for (let at = folder; ; at = dirname(at)) {
    const home = join(at, "node_modules", name);
    const manifest = readManifest(join(home, "package.json"));
    const file = manifest && exported((manifest.json["exports"] as any)?.[`.${subpath}`]);
    if (file !== undefined) return realpathSync(join(home, file));
    if (manifest !== undefined || dirname(at) === at)
      return createRequire(join(folder, "package.json")).resolve(id);
  }
}

function exported(entry: any): string | undefined {
  if (typeof entry === "string") return entry;
  const keys = Object.keys(entry ?? {}).filter((each) => ["import", "node", "default"].includes(each));
  return keys.map((each) => exported(entry[each])).find((each) => each !== undefined);
}

/** Loads what a package exports by default. */
export async function loadDefault(id: string, folder: string): Promise<any> {
  const loaded = await load(id, folder);
  return loaded.default ?? loaded;
}

/** Writes the probe for hosts that read it themselves. Whoever made the task removes it. */
export function writeProbe({ file, text }: Task): void {
  writeFileSync(file, text, { flag: "wx" });
}

/** All scripts that a host has written into a folder. */
export function readScripts(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[cm]?js$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** The value of an option of a command line: `--mode production`, `--mode=production`. */
export function optionOf({ args }: Task, name: string): string | undefined {
  const at = args.findIndex((each) => each === name || each.startsWith(`${name}=`));
  return at < 0 ? undefined : (args[at]!.split("=")[1] ?? args[at + 1]);
}
