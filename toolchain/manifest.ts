import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A package.json. */
export interface Manifest {
  readonly path: string;
  readonly folder: string;
  readonly json: ManifestJson;
}

export interface ManifestJson {
  readonly name?: string;
  readonly version?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export const dependencyKinds = [
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
] as const;

/**
 * The package.json a folder belongs to, and those of the workspaces around it, the nearest first. Malformed ones are left out.
 */
export function manifestsAround(folder: string): readonly Manifest[] {
  const manifests: Manifest[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const manifest = readManifest(join(at, "package.json"));
    const isWorkspace =
      manifest?.json.workspaces !== undefined || existsSync(join(at, "pnpm-workspace.yaml"));
    if (manifest !== undefined && (manifests.length === 0 || isWorkspace)) manifests.push(manifest);
    if (dirname(at) === at) return manifests;
  }
}

/** A package as a project finds it, and where. */
export function findPackage(name: string, folder: string): Manifest | undefined {
  const require = createRequire(join(folder, "package.json"));
  try {
    return readManifest(require.resolve(`${name}/package.json`));
  } catch {
    return undefined; // not installed, or it hides its package.json: none of those that are looked for does
  }
}

/** Whether a folder finds a package, which may hide its package.json. */
export function isInstalled(name: string, folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", name))) return true;
    if (dirname(at) === at) return findPackage(name, folder) !== undefined;
  }
}

/** Every dependency a package.json names, of whatever kind. */
export function dependenciesOf({ json }: Manifest): Readonly<Record<string, string>> {
  return Object.assign({}, ...dependencyKinds.map((kind) => json[kind] ?? {})) as Record<string, string>;
}

/** Reads a package.json. @returns `undefined` where there is none, or it is malformed. */
export function readManifest(path: string): Manifest | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const json: unknown = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
    return typeof json === "object" && json !== null
      ? { path, folder: dirname(path), json: json as ManifestJson }
      : undefined;
  } catch {
    return undefined;
  }
}
