import { dirname } from "node:path";
import { findTypeScript, loadTypeScript } from "../../toolchain/load-typescript";
import { findPackage, manifestsAround } from "../../toolchain/manifest";
import { type Recognized, recognizeHosts } from "../project/recognize";
import { readProjects } from "../read-project";
import { isPatched } from "./check-toolchain";
import type { Patient } from "./diagnosis";

/**
 * Reads what the checks look at.
 *
 * @throws {UsageError} where a tsconfig.json is malformed.
 */
export function examine(cwd: string, configPath: string): Patient {
  const folder = dirname(configPath);
  const typescript = findTypeScript(folder);
  const compiler = typescript.usable === undefined ? undefined : loadTypeScript(folder);
  const manifests = manifestsAround(folder);
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
    usesCompiler: isPatched(typescript) || usesCompiler(inUse),
    compiler,
    projects: compiler && readProjects(compiler, configPath),
  };
}

/** Where nothing else compiles the code, `tspc` is to do it. */
function usesCompiler(inUse: readonly Recognized[]): boolean {
  return inUse.length === 0 || inUse.some(({ host }) => host.needsTsPatch === true);
}
