import { dirname } from "node:path";
import { loadTypeScript } from "../../toolchain/load-typescript";
import { severityOf } from "../../transformer/diagnostics/create-diagnostic";
import type { Command } from "../command";
import type { OptionEntry } from "../parse-arguments";
import { findConfig, readProjects } from "../read-project";
import { terminalOf } from "../terminal";
import { UsageError } from "../usage-error";
import { checkProjects } from "./check-projects";
import { fixProjects } from "./fix-projects";
import { formatJson } from "./format-json";
import { formatSarif } from "./format-sarif";
import { formatNotes, formatText } from "./format-text";
import type { Report } from "./report";

const options: readonly OptionEntry[] = [
  {
    name: "project",
    short: "p",
    value: "<path>",
    help: "A tsconfig.json or its folder; else the nearest one.",
  },
  { name: "format", value: "<format>", choices: ["text", "json", "sarif"], help: "text, json or sarif." },
  {
    name: "using",
    help: "For code without raii: looks at using and await using, and advises what these can do.",
  },
  { name: "fix", help: "Make the fixes of the findings that have one." },
  { name: "pretty", help: "Code frames and a summary, as on a terminal." },
  { name: "no-pretty", help: "One line for each finding." },
  { name: "help", short: "h", help: "Show this." },
];

/** `ts-raii check`: what the build would find, without building. */
export const check: Command = {
  name: "check",
  summary: "Finds misuse of resources, as the build does, without building.",
  details: `It reads the project and those it references, with the options of the plugin in tsconfig.json, and needs no build.

Exit code: 0 when there is no error, 1 when there are errors, 2 when the command line or the configuration is wrong.`,
  options,
  run({ args, cwd, env, isTerminal, write, note }) {
    if (args.has("pretty") && args.has("no-pretty"))
      throw new UsageError("--pretty and --no-pretty are given both.");
    const configPath = findConfig(cwd, args.get("project") as string | undefined);
    const compiler = loadTypeScript(dirname(configPath));
    const projects = readProjects(compiler, configPath);

    const withoutRaii = args.has("using");
    const fixed = args.has("fix") ? fixProjects(compiler, projects, withoutRaii) : undefined;
    const report: Report = {
      ...(fixed?.checked ?? checkProjects(compiler, projects, { withoutRaii })),
      compiler,
      cwd,
      fixed: fixed && { fixes: fixed.fixCount, files: fixed.fileCount },
    };
    const format = args.get("format") ?? "text";
    const wish = args.has("pretty") ? true : args.has("no-pretty") ? false : undefined;
    if (format === "json") write(formatJson(report));
    else if (format === "sarif") write(formatSarif(report));
    else write(formatText(report, terminalOf(env, isTerminal, wish)));
    note(formatNotes(report));
    return exitCodeOf(report);
  },
};

function exitCodeOf({ findings }: Report): number {
  const errors = findings.filter((each) => severityOf(each) === "error");
  // Findings without a file are about the options of the plugin.
  if (errors.some(({ sourceFile }) => sourceFile === undefined)) return 2;
  return errors.length > 0 ? 1 : 0;
}
