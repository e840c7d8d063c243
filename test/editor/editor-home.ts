import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Toolchain, toolchains } from "../package/consumer.ts";

const root = join(import.meta.dirname, "../..");
const modules = join(root, "node_modules");

/** A folder with a toolchain, the built package beside it, and a project that uses both. */
export interface EditorHome {
  readonly home: string;
  readonly project: string;
  /** Writes a file of the project. @returns its path. */
  write(name: string, text: string): string;
}

/** As the fixtures are checked elsewhere; an editor reads nothing but tsconfig.json. */
export const compilerOptions = {
  target: "es2022",
  module: "esnext",
  moduleResolution: "bundler",
  lib: ["es2023", "esnext.disposable", "dom"],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  outDir: "out",
};

/** The text of a tsconfig.json that has our plugin, with these options. */
export function tsconfig(options: object = {}, more: object = {}): string {
  const plugins = [{ name: "ts-raii", transform: "ts-raii/transformer", ...options }];
  return JSON.stringify({ compilerOptions: { ...compilerOptions, ...more, plugins } }, null, 2);
}

/**
 * Makes a home below the repository: what the toolchain itself needs is found by walking up.
 * @param name its own for each test file, for these run side by side.
 */
export function createEditorHome(name: string, toolchain: Toolchain): EditorHome {
  const home = join(root, ".tmp/editor", name, toolchain.replaceAll(/[^\w.]+/g, "-"));
  for (const [module, source] of Object.entries(toolchains[toolchain])) {
    const target = join(home, "node_modules", module);
    if (!existsSync(target)) cpSync(join(modules, source), target, { recursive: true });
  }
  const installed = join(home, "node_modules/ts-raii");
  rmSync(installed, { recursive: true, force: true });
  cpSync(join(root, "dist"), join(installed, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  const project = join(home, "project");
  rmSync(project, { recursive: true, force: true });
  const write = (file: string, text: string): string => {
    const path = join(project, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  write("tsconfig.json", tsconfig());
  return { home, project, write };
}
