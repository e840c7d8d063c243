import { existsSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { commandsOf, type ScriptCommand } from "../project/script-commands";
import { type Project, readProjects } from "../read-project";
import { isPatched } from "./check-toolchain";
import type { Diagnosis, Patient } from "./diagnosis";

/** Programs that compile as `tsc` does, and run no plugin. */
const deaf = new Set(["tsc", "tsgo", "vue-tsc"]);

/** Whether the scripts of package.json build with `tspc`. */
export function checkScripts(patient: Patient): readonly Diagnosis[] {
  const { manifests, cwd, configPath } = patient;
  const id = "scripts";
  const wrong: Diagnosis[] = [];
  /** What is built by `tspc`, or by a `tsc` that `ts-patch install` has changed. */
  const built = new Set<string>();
  for (const { json, path, folder } of manifests) {
    const scripts = Object.entries(json.scripts ?? {});
    const isPersistent =
      isPatched(patient.typescript) || scripts.some(([, each]) => /\bts-patch install\b/.test(each));
    for (const [name, script] of scripts) {
      for (const command of commandsOf(script)) {
        const { program } = command;
        if (program === "tspc" || (program === "tsc" && isPersistent)) built.add(configOf(command, folder));
        else if (deaf.has(program) && emits(command, folder, patient))
          wrong.push({
            id,
            status: "problem",
            message: `The script "${name}" of ${relative(cwd, path)} runs ${program}, which ignores the plugin.`,
            advice: `Write tspc instead: "${name}": ${JSON.stringify(script.replace(new RegExp(`\\b${program}\\b`), "tspc"))}`,
          });
      }
    }
  }
  if (wrong.length > 0) return wrong;
  // Where another tool starts the compiler, the check of hosts speaks of it.
  if (built.size === 0 && patient.hosts.some(({ host }) => host.name === "nx-typescript")) return [];
  if (built.size === 0)
    return [
      {
        id,
        status: "warning",
        message: "No script of package.json runs tspc.",
        advice: 'Add one: "build": "tspc"',
      },
    ];
  const [other] = built.has(configPath) ? [] : built;
  const ok: Diagnosis = { id, status: "ok", message: "package.json builds with tspc" };
  return [
    other === undefined
      ? ok
      : {
          ...ok,
          advice: `It builds another project: look at that by ts-raii doctor -p ${relative(cwd, other)}`,
        },
  ];
}

const silent = [
  "--noemit",
  "--emitdeclarationonly",
  "--help",
  "--version",
  "--init",
  "--showconfig",
  "--clean",
];

/** Whether a command writes JavaScript of a project that has, or should have, the plugin. */
function emits(command: ScriptCommand, folder: string, patient: Patient): boolean {
  const { args } = command;
  if (args.some((each, at) => silent.includes(each.toLowerCase()) && args[at + 1] !== "false")) return false;
  const config = configOf(command, folder);
  const isExamined = config === patient.configPath;
  const projects = isExamined ? patient.projects : readQuietly(patient, config);
  if (projects === undefined) return isExamined;
  return projects.some(
    ({ parsed: { fileNames, options }, entries }) =>
      fileNames.length > 0 &&
      (isExamined || entries.length > 0) &&
      (args.some((each) => each.toLowerCase() === "--noemit") ||
        (options.noEmit !== true && options.emitDeclarationOnly !== true)),
  );
}

function readQuietly({ compiler }: Patient, config: string): readonly Project[] | undefined {
  if (compiler === undefined || !existsSync(config)) return undefined;
  try {
    return readProjects(compiler, config);
  } catch {
    return undefined; // its own build will say so
  }
}

/** The tsconfig.json of a command. */
function configOf({ args }: ScriptCommand, folder: string): string {
  const at = args.findIndex((each) => ["-p", "--project", "-b", "--build"].includes(each));
  const named = args[at + 1];
  const path = resolve(folder, at < 0 || named === undefined || named.startsWith("-") ? "." : named);
  return existsSync(path) && statSync(path).isDirectory() ? join(path, "tsconfig.json") : path;
}
