import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, type ParseError } from "jsonc-parser";
import { type Manifest, manifestsAround } from "../../toolchain/manifest";

interface DenoJson {
  readonly tasks?: Readonly<Record<string, unknown>> | null;
  readonly imports?: Readonly<Record<string, unknown>> | null;
}

export const isDenoManifest = ({ path }: Manifest): boolean => /[\\/]deno\.jsonc?$/.test(path);

/** The package.json a folder belongs to, and those of the workspaces around it, or the deno.json alone that is nearer. */
export function projectManifests(folder: string): readonly Manifest[] {
  const packages = manifestsAround(folder);
  const deno = denoManifestAround(folder);
  // Both are around the folder: the longer path is the nearer one.
  const isNearer = deno !== undefined && deno.folder.length > (packages[0]?.folder.length ?? 0);
  return isNearer ? [deno] : packages;
}

/** The nearest deno.json around: its tasks are scripts, and what it imports from npm are dependencies. */
function denoManifestAround(folder: string): Manifest | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const found = readDenoManifest(join(at, name));
      if (found !== undefined) return found;
    }
    if (dirname(at) === at) return undefined;
  }
}

function readDenoManifest(path: string): Manifest | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const errors: ParseError[] = [];
  const json: unknown = parse(readFileSync(path, "utf8"), errors, { allowTrailingComma: true });
  if (errors.length > 0 || typeof json !== "object" || json === null) return undefined;
  const { tasks, imports } = json as DenoJson;
  const scripts = Object.entries(tasks ?? {}).flatMap(([name, task]) => {
    const command = typeof task === "string" ? task : (task as { command?: unknown } | null)?.command;
    return typeof command === "string" ? [[name, command] as const] : [];
  });
  const dependencies = Object.entries(imports ?? {}).flatMap(([, from]) => {
    const [, name, range = "*"] = /^npm:\/?(@[^/@]+\/[^/@]+|[^/@]+)(?:@([^/]+))?/.exec(String(from)) ?? [];
    return name === undefined ? [] : [[name, range] as const];
  });
  return {
    path,
    folder: dirname(path),
    json: { scripts: Object.fromEntries(scripts), dependencies: Object.fromEntries(dependencies) },
  };
}
