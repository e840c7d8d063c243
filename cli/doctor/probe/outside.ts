import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findPackage } from "../../../toolchain/manifest";
import type { Task } from "./task";

/** A probe outside of the project, for hosts that compile what a tsconfig.json names. */
export interface Outside {
  /** The folder of the probe, which has no other file. */
  readonly sources: string;
  readonly probe: string;
  readonly tsconfig: string;
  readonly output: string;
}

/** Writes a probe, and a tsconfig.json that inherits the project's and names the probe alone. */
export function writeOutside({ folder, temporary, text, importSource }: Task, inherited: string): Outside {
  const sources = join(temporary, "sources");
  const probe = join(sources, "probe.ts");
  const tsconfig = join(temporary, "tsconfig.json");
  const output = join(temporary, "output");
  mkdirSync(output, { recursive: true });
  mkdirSync(sources, { recursive: true });
  provide(importSource, temporary, folder);
  writeFileSync(probe, text);
  const compilerOptions = {
    rootDir: sources,
    outDir: output,
    types: [],
    skipLibCheck: true,
    noEmit: false,
    emitDeclarationOnly: false,
    declaration: false,
    declarationMap: false,
    composite: false,
    incremental: false,
    sourceMap: false,
  };
  const config = { extends: inherited, compilerOptions, files: [probe], include: [], references: [] };
  writeFileSync(tsconfig, JSON.stringify(config));
  return { sources, probe, tsconfig, output };
}

/** Lets ts-raii be found in a folder as the project finds it, also by the name that the project gives it. */
export function provide(importSource: string, temporary: string, folder: string): void {
  const installed = findPackage("ts-raii", folder);
  const modules = join(temporary, "node_modules");
  const linked = join(modules, "ts-raii");
  if (installed === undefined || existsSync(linked)) return;
  mkdirSync(modules, { recursive: true });
  symlinkSync(installed.folder, linked, "junction");
  const imports = importSource.startsWith("#") ? { imports: { [importSource]: "ts-raii" } } : {};
  writeFileSync(join(temporary, "package.json"), JSON.stringify({ type: "module", ...imports }));
  const [, name, subpath = ""] = /^(@[^/]+\/[^/]+|[^@./#][^/]*)(\/.*)?$/.exec(importSource) ?? [];
  if (name === undefined || name === "ts-raii") return;
  mkdirSync(join(modules, name), { recursive: true });
  const manifest = { name, type: "module", exports: { [`.${subpath}`]: "./index.js" } };
  writeFileSync(join(modules, name, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(modules, name, "index.js"), 'export * from "ts-raii";\n');
}

/** The tsconfig.json that is named, or the first that is there. */
export function baseConfig(folder: string, named: unknown, ...names: readonly string[]): string {
  if (typeof named === "string") return join(folder, named);
  return join(folder, names.find((each) => existsSync(join(folder, each))) ?? "tsconfig.json");
}

/** The nearest folder around that has a file, else the folder itself. */
export function findRoot(folder: string, file: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, file))) return at;
    if (dirname(at) === at) return folder;
  }
}
