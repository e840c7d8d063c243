import { existsSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { isPatched } from "./check-toolchain";
import type { Diagnosis, Patient } from "./diagnosis";
import { commandsOf, type ScriptCommand } from "./script-commands";

/** Programs that compile as `tsc` does, and run no plugin. */
const deaf = new Set(["tsc", "tsgo", "vue-tsc"]);

/** Whether the scripts of package.json build with `tspc`. */
export function checkScripts(patient: Patient): readonly Diagnosis[] {
  const { manifests, cwd } = patient;
  const id = "scripts";
  const found: Diagnosis[] = [];
  let builds = 0;
  for (const { json, path, folder } of manifests) {
    const isPersistent =
      isPatched(patient) ||
      Object.values(json.scripts ?? {}).some((each) => /\bts-patch install\b/.test(each));
    for (const [name, script] of Object.entries(json.scripts ?? {})) {
      const commands = commandsOf(script);
      if (commands.some(({ program }) => program === "tspc")) builds++;
      const wrong = commands.find((each) => deaf.has(each.program) && emits(each, folder, patient));
      if (wrong === undefined) continue;
      if (wrong.program === "tsc" && isPersistent) {
        builds++;
        continue;
      }
      found.push({
        id,
        status: "problem",
        message: `The script "${name}" of ${relative(cwd, path)} runs ${wrong.program}, which ignores the plugin.`,
        advice: `Write tspc instead: "${name}": ${JSON.stringify(script.replace(new RegExp(`\\b${wrong.program}\\b`), "tspc"))}`,
      });
    }
  }
  if (found.length > 0) return found;
  if (builds > 0) return [{ id, status: "ok", message: `package.json builds with tspc` }];
  return [
    {
      id,
      status: "warning",
      message: "No script of package.json runs tspc.",
      advice: 'Add one: "build": "tspc"',
    },
  ];
}

/** Whether a command writes JavaScript of a project that has the plugin. */
function emits({ args }: ScriptCommand, folder: string, { projects, compiler }: Patient): boolean {
  const flag = (name: string): string | undefined => {
    const at = args.findIndex((each) => each.toLowerCase() === `--${name.toLowerCase()}`);
    return at < 0 ? undefined : (args[at + 1] ?? "");
  };
  const silent = [
    "noEmit",
    "emitDeclarationOnly",
    "help",
    "version",
    "init",
    "showConfig",
    "listFilesOnly",
    "all",
  ];
  if (silent.some((name) => flag(name) !== undefined && flag(name) !== "false")) return false;
  if (flag("noEmit") === "false") return true;

  const config = configOf(args, folder);
  const known = projects?.find(({ configPath }) => configPath === config);
  const { options = {} } =
    known?.parsed ??
    (compiler !== undefined && existsSync(config)
      ? compiler.getParsedCommandLineOfConfigFile(
          config,
          {},
          {
            ...compiler.sys,
            onUnRecoverableConfigFileDiagnostic: () => {},
          },
        )
      : undefined) ??
    {};
  return options.noEmit !== true && options.emitDeclarationOnly !== true;
}

/** The tsconfig.json of a command. */
function configOf(args: readonly string[], folder: string): string {
  const at = args.findIndex((each) => ["-p", "--project", "-b", "--build"].includes(each));
  const named = args[at + 1];
  const path = resolve(folder, at < 0 || named === undefined || named.startsWith("-") ? "." : named);
  return existsSync(path) && statSync(path).isDirectory() ? join(path, "tsconfig.json") : path;
}
