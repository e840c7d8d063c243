import { createRequire } from "node:module";
import { join } from "node:path";
import type ts from "typescript";
import { dependenciesOf, findPackage, type Manifest, manifestsAround } from "./manifest";
import { ToolchainError } from "./toolchain-error";

/** What a project has as TypeScript. */
export interface TypeScriptSearch {
  /** What `import "typescript"` finds, if anything. */
  readonly installed: Manifest | undefined;
  /** The one with an API that can be worked with: that, or another one beside it. */
  readonly usable: Manifest | undefined;
}

/** Names under which TypeScript 6 stands beside TypeScript 7, besides those that a package.json gives it. */
const otherNames = ["@typescript/typescript6", "typescript-6", "typescript6", "@typescript/old"];

/** Looks for the TypeScript of a project, without loading it. */
export function findTypeScript(folder: string): TypeScriptSearch {
  const installed = findPackage("typescript", folder);
  const aliases = manifestsAround(folder).flatMap((manifest) =>
    Object.entries(dependenciesOf(manifest))
      .filter(([, range]) => /^npm:(typescript|@typescript\/typescript6)@/.test(range))
      .map(([name]) => name),
  );
  const names = [...new Set([...aliases, ...otherNames])];
  const usable = [installed, ...names.map((name) => findPackage(name, folder))].find(
    (each) => each !== undefined && isUsable(each.json.version),
  );
  return { installed, usable };
}

/** The major and the minor version. */
export function versionOf(version = "0.0"): readonly [number, number] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [major, minor];
}

/** Whether this TypeScript has the API of the versions that are supported: 5.9 and 6. */
export function isUsable(version: string | undefined): boolean {
  const [major, minor] = versionOf(version);
  return major === 6 || (major === 5 && minor >= 9);
}

/**
 * Loads the TypeScript of a project: its own, for code is to be judged as the project compiles it.
 *
 * @param folders where to look, one after the other. The advice is for the first.
 * @throws {ToolchainError} where there is none, or none with an API; it says what to install.
 */
export function loadTypeScript(...folders: readonly [string, ...string[]]): typeof ts {
  for (const folder of folders) {
    const { usable } = findTypeScript(folder);
    if (usable === undefined) continue;
    const compiler = createRequire(join(folder, "package.json"))(usable.folder) as typeof ts;
    if (typeof compiler.createSourceFile === "function") return compiler;
    throw new ToolchainError(
      `What is installed in ${usable.folder} is not TypeScript: it has no createSourceFile().`,
    );
  }
  const [folder] = folders;
  const found = folders.map((each) => findTypeScript(each).installed).find((each) => each !== undefined);
  throw new ToolchainError(adviceFor(found?.json.version, folder));
}

function adviceFor(version: string | undefined, folder: string): string {
  if (version === undefined)
    return `TypeScript is not installed where ${folder} finds it: npm install --save-dev typescript@6`;
  if (versionOf(version)[0] >= 7)
    return [
      `TypeScript ${version} has no API to compile raii with, and no TypeScript 6 is beside it.`,
      "Install one: npm install --save-dev @typescript/typescript6",
    ].join("\n");
  return `TypeScript ${version} is too old: 5.9 or 6 is needed. npm install --save-dev typescript@6`;
}
