import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parse, type ParseError } from "jsonc-parser";
import type { ScriptCommand } from "./script-commands";

/** What a tsconfig.json says itself, without what it inherits. */
export interface TsconfigJson {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  readonly references?: readonly { readonly path?: string }[];
  readonly files?: readonly string[];
  readonly include?: readonly string[];
  readonly [key: string]: unknown;
}

/**
 * Reads a tsconfig.json without TypeScript, which may not be installed yet.
 *
 * @returns `undefined` where there is none, or it has a syntax error.
 */
export function readTsconfig(path: string): TsconfigJson | undefined {
  if (!existsSync(path) || !statSync(path).isFile()) return undefined;
  const errors: ParseError[] = [];
  const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  const json: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 && typeof json === "object" && json !== null
    ? (json as TsconfigJson)
    : undefined;
}

/** An option of the compiler as a tsconfig.json has or inherits it. */
export function inheritedOption(path: string, option: string): unknown {
  const json = readTsconfig(path);
  if (json === undefined) return undefined;
  const own = json.compilerOptions?.[option];
  if (own !== undefined) return own;
  for (const base of [json.extends ?? []].flat().reverse()) {
    const found = baseOf(path, base);
    const value = found === undefined ? undefined : inheritedOption(found, option);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The file that `extends` names. @returns `undefined` where it is not there: it may be generated, or not installed yet. */
function baseOf(path: string, base: string): string | undefined {
  if (/^\.{0,2}[\\/]/.test(base)) {
    const named = resolve(dirname(path), base);
    return [named, `${named}.json`].find((each) => existsSync(each) && statSync(each).isFile());
  }
  const require = createRequire(path);
  for (const name of [base, `${base}.json`, `${base}/tsconfig.json`]) {
    try {
      const found = require.resolve(name);
      if (found.endsWith(".json")) return found;
    } catch {
      // not by this name
    }
  }
  return undefined;
}

/** The files that a tsconfig.json references, as far as they are there. */
export function referencesOf(path: string): readonly string[] {
  return (readTsconfig(path)?.references ?? []).flatMap(({ path: referenced }) => {
    if (typeof referenced !== "string") return [];
    const found = configAt(resolve(dirname(path), referenced));
    return existsSync(found) ? [found] : [];
  });
}

/** Whether a tsconfig.json has no files of its own: it is there for those that it references. */
export const isSolution = (path: string): boolean => readTsconfig(path)?.files?.length === 0;

/** A tsconfig.json, or the ones with files to which its references lead. They may be solutions themselves. */
export function ownConfigs(path: string, seen: ReadonlySet<string> = new Set()): readonly string[] {
  if (!isSolution(path)) return [path];
  if (seen.has(path)) return [];
  const configs = referencesOf(path).flatMap((each) => ownConfigs(each, new Set([...seen, path])));
  return [...new Set(configs)];
}

const silent = new Set([
  "--noemit",
  "--emitdeclarationonly",
  "--help",
  "--version",
  "--init",
  "--showconfig",
  "--clean",
]);

/** The tsconfig.json of a command `tsc`: what `-p` or `-b` names, else that of the folder. */
export function configOfCommand({ args }: ScriptCommand, folder: string): string {
  const at = args.findIndex((each) => ["-p", "--project", "-b", "--build"].includes(each));
  const named = args[at + 1];
  return configAt(resolve(folder, at < 0 || named === undefined || named.startsWith("-") ? "." : named));
}

function configAt(path: string): string {
  return existsSync(path) && statSync(path).isDirectory() ? join(path, "tsconfig.json") : path;
}

/** Whether a command `tsc` writes JavaScript, by its arguments and by its tsconfig.json with those that it references. */
export function emitsJavaScript(command: ScriptCommand, folder: string): boolean {
  const isSilent = command.args.some(
    (each, at) => silent.has(each.toLowerCase()) && command.args[at + 1] !== "false",
  );
  if (isSilent) return false;
  const config = configOfCommand(command, folder);
  const isForced = command.args.some((each) => each.toLowerCase() === "--noemit"); // --noEmit false
  const isBuild = command.args.some((each) => ["-b", "--build"].includes(each));
  const configs = [config, ...(isBuild ? referencesOf(config) : [])];
  return configs.some(
    (each) =>
      readTsconfig(each)?.files?.length !== 0 &&
      (isForced ||
        !["noEmit", "emitDeclarationOnly"].some((option) => inheritedOption(each, option) === true)),
  );
}
