import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { hosts } from "../../../cli/project/hosts.ts";
import type { Project } from "./project.ts";

/** What sets a host up in the configuration of a fixture, and what stands there without it. */
const removals: readonly (readonly [RegExp, string])[] = [
  [/^import raii from "ts-raii\/[^"]*";\n\n?/m, ""],
  [/^\/\/ The programs hand out a handle on purpose\.\nconst options = .*\n\n/m, ""],
  [/^ *\/\/ (?:use with: .*|end)\n/gm, ""],
  [/^ *modules: \["ts-raii\/nuxt"\],\n/m, ""],
  [/\braii\(\)(?:, )?/, ""],
  [/\["ts-raii\/jest", \{ wrap: ("[^"]*"|\[[^\]]*\]) \}\]/, "$1"],
  [/^ *getCustomTransformers: .*\n/m, ""],
  [/typescript\(\{ transformers: .* \}\),/, "typescript(),"],
  [/\["ts-jest", \{ astTransformers: \{ before: \["ts-raii\/transformer"\] \} \}\]/, '"ts-jest"'],
  [/\{ "name": "ts-raii\/transformer", .* \}(?=\]\n)/, ""],
];

/** The configuration of a fixture without ts-raii: what a project has before it is set up. */
export function withoutRaii(text: string): string {
  return removals.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** A command as it is before ts-raii comes in. */
export const bareCommand = (command: string): string =>
  command
    .replace(/ ?--(?:import|require|preload) (?:npm:)?ts-raii\/register/g, "")
    .replace(/\btspc\b/g, "tsc");

/** The files of a project in which a host of the table is set up. */
export const configFiles = ({ folder }: Project): readonly string[] =>
  readdirSync(folder).filter((file) => hosts.some(({ config }) => config?.name.test(file) === true));

/**
 * Takes out of a project what sets it up: of its configuration, and of tsconfig.json.
 *
 * @returns the configurations that have changed.
 */
export function strip(project: Project): readonly string[] {
  const { folder } = project;
  const changed = configFiles(project).filter((name) => {
    const path = join(folder, name);
    const text = readFileSync(path, "utf8");
    const bare = withoutRaii(text);
    if (/["']ts-raii\/|\braii\(/.test(bare)) throw new Error(`${name} is still set up:\n${bare}`);
    writeFileSync(path, bare);
    return bare !== text;
  });
  const path = join(folder, "tsconfig.json");
  const { config } = ts.readConfigFile(path, (file) => readFileSync(file, "utf8")) as {
    config: { compilerOptions: { plugins?: unknown }; "ts-node"?: { compiler?: string } };
  };
  delete config.compilerOptions.plugins;
  delete config["ts-node"]?.compiler;
  writeFileSync(path, JSON.stringify(config, undefined, 2));
  rmSync(join(folder, "bunfig.toml"), { force: true });
  return changed;
}
