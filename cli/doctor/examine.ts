import { dirname, sep } from "node:path";
import { findTypeScript, loadTypeScript } from "../../toolchain/load-typescript";
import { findPackage } from "../../toolchain/manifest";
import { projectManifests } from "../project/deno-manifest";
import { type Recognized, recognizeHosts } from "../project/recognize";
import { readProjects } from "../read-project";
import { UsageError } from "../usage-error";
import { isPatched } from "./check-toolchain";
import type { Patient } from "./diagnosis";

/**
 * Reads what the checks look at.
 *
 * @param configPath without one, the package of the working directory is looked at.
 * @throws {UsageError} where a tsconfig.json is malformed, and where there is neither that nor a package.json.
 */
export function examine(cwd: string, configPath: string | undefined): Patient {
  const start = configPath === undefined ? cwd : dirname(configPath);
  const manifests = projectManifests(start);
  const folder = configPath === undefined ? manifests[0]?.folder : dirname(configPath);
  if (folder === undefined)
    throw new UsageError(
      "There is no tsconfig.json, no package.json and no deno.json here, nor in a folder around.",
    );
  const typescript = findTypeScript(folder);
  const compiler = typescript.usable === undefined ? undefined : loadTypeScript(folder);
  const recognized = manifests[0] === undefined ? [] : recognizeHosts(manifests[0]);
  const inUse = recognized.filter(({ by }) => by !== "dependency");
  return {
    cwd,
    configPath,
    folder,
    typescript,
    tsPatch: findPackage("ts-patch", folder),
    manifests,
    // A dependency alone may be there for another reason: as a part of a host.
    hosts: inUse.length > 0 ? inUse : recognized,
    usesCompiler: isPatched(typescript) || usesCompiler(inUse, configPath),
    compiler,
    projects: compiler && (configPath === undefined ? [] : readProjects(compiler, configPath)),
  };
}

/** The tsconfig.json that was found around a folder, unless it is that of a package around one that has hosts of its own. */
export function ownConfig(cwd: string, configPath: string | undefined): string | undefined {
  const [manifest] = projectManifests(cwd);
  if (configPath === undefined || manifest === undefined) return configPath;
  const isInside = manifest.folder.startsWith(`${dirname(configPath)}${sep}`);
  return isInside && recognizeHosts(manifest).some(({ by }) => by !== "dependency") ? undefined : configPath;
}

/** Where nothing else compiles TypeScript, `tspc` is to do it. */
function usesCompiler(inUse: readonly Recognized[], configPath: string | undefined): boolean {
  const isTypeScript = configPath !== undefined && !configPath.endsWith("jsconfig.json");
  return (isTypeScript && inUse.length === 0) || inUse.some(({ host }) => host.needsTsPatch === true);
}
