import { relative } from "node:path";
import { messageOf } from "../../transformer/diagnostics/create-diagnostic";
import { parseOptions } from "../../transformer/diagnostics/options";
import { diagnostics } from "../../transformer/diagnostics/table";
import type { PluginEntry, Project } from "../read-project";
import type { Diagnosis, Patient } from "./diagnosis";

const entryToAdd = '"plugins": [{ "transform": "ts-raii/transformer" }]';

/** Whether tsconfig.json has the plugin, with options that are known, and emits at all. */
export function checkConfig({ projects, cwd }: Patient): readonly Diagnosis[] {
  if (projects === undefined)
    return [
      {
        id: "plugin",
        status: "warning",
        message: "tsconfig.json was not read: that needs TypeScript 5.9 or 6.",
      },
    ];
  // One that only references others compiles nothing.
  const compiling = projects.filter(({ parsed }) => parsed.fileNames.length > 0);
  const isActiveSomewhere = compiling.some(({ entries }) => entries.length > 0);
  return compiling.flatMap((project) => {
    const name = relative(cwd, project.configPath);
    return [...checkEntry(project, name, isActiveSomewhere), ...checkEmit(project, name)];
  });
}

function checkEntry({ entries, parsed }: Project, name: string, isElsewhere: boolean): readonly Diagnosis[] {
  const id = "plugin";
  const [entry] = entries;
  if (entry === undefined) {
    const plugins = (parsed.options.plugins ?? []) as readonly { name?: unknown }[];
    const isForEditor = plugins.some((each) => each.name === "ts-raii");
    return [
      {
        id,
        status: isElsewhere ? "warning" : "problem",
        message: isForEditor
          ? `${name} has the plugin for the editor only: its entry has no "transform".`
          : `${name} does not have the plugin, nor inherits it.`,
        advice: isForEditor
          ? 'Add "transform": "ts-raii/transformer" to that entry.'
          : `Add to its compilerOptions: ${entryToAdd}; an array of plugins replaces the one it inherits.`,
      },
    ];
  }
  const found: Diagnosis[] = [];
  const addProblem = (message: string, advice: string): void =>
    void found.push({ id, status: "problem", message, advice });
  if (entries.length > 1) addProblem(`${name} has the plugin ${entries.length} times.`, "Keep one entry.");
  for (const key of wrongPlace(entry))
    addProblem(
      `${name} has "${key}" in the plugin's entry.`,
      `Remove it: the plugin is a program transformer that runs before TypeScript's own.`,
    );
  parseOptions(entry, (finding) => {
    // The key is for the finding of a build, the rest is for both.
    const message = messageOf(finding).slice(finding.key.length + 2);
    const { help } = diagnostics[finding.key];
    const cut = message.length - fill(help, finding.args).length;
    addProblem(`${name}: ${message.slice(0, cut).trim()}`, message.slice(cut));
  });
  return found.length > 0 ? found : [{ id, status: "ok", message: `${name} has the plugin` }];
}

function fill(text: string, args: readonly string[]): string {
  return text.replace(/\{(\d)\}/g, (_, index: string) => args[Number(index)] ?? "");
}

/** What makes ts-patch call the plugin at another time, or with other arguments. */
function wrongPlace(entry: PluginEntry): readonly string[] {
  const keys = ["after", "afterDeclarations", "transformProgram"].filter((key) => entry[key] === true);
  return [
    ...keys,
    ...(entry.type !== undefined && entry.type !== "program" ? ["type"] : []),
    ...(entry.import !== undefined ? ["import"] : []),
  ];
}

function checkEmit({ parsed: { options }, entries }: Project, name: string): readonly Diagnosis[] {
  if (entries.length === 0) return [];
  const found: Diagnosis[] = [];
  if (options.noEmit === true || options.emitDeclarationOnly === true)
    found.push({
      id: "emit",
      status: "warning",
      message: `${name} has "${options.noEmit === true ? "noEmit" : "emitDeclarationOnly"}": no plugin runs, and nothing is found either.`,
      advice:
        "Let npx ts-raii check find misuse, and compile by another tsconfig.json or with tspc --noEmit false.",
    });
  else if (options.incremental === true || options.composite === true)
    found.push({
      id: "emit",
      status: "ok",
      message: `${name} builds incrementally`,
      advice:
        "Delete .tsbuildinfo after an upgrade of ts-raii or a change of its options: TypeScript does not know of them.",
    });
  return found;
}
