import { dirname } from "node:path";
import { findTypeScript, loadTypeScript } from "../../toolchain/load-typescript";
import { findPackage, manifestsAround } from "../../toolchain/manifest";
import { readProjects } from "../read-project";
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
  return {
    cwd,
    configPath,
    folder,
    typescript,
    tsPatch: findPackage("ts-patch", folder),
    manifests: manifestsAround(folder),
    compiler,
    projects: compiler && readProjects(compiler, configPath),
  };
}
