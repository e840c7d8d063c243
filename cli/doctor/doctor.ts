import { relative } from "node:path";
import { counted } from "../check/report";
import type { Command } from "../command";
import type { OptionEntry } from "../parse-arguments";
import { findConfig } from "../read-project";
import { paint, type Terminal, terminalOf } from "../terminal";
import { checkConfig } from "./check-config";
import { checkHosts } from "./check-hosts";
import { checkPackage } from "./check-package";
import { checkProbe } from "./check-probe";
import { checkScripts } from "./check-scripts";
import { checkToolchain } from "./check-toolchain";
import type { Diagnosis, Patient } from "./diagnosis";
import { examine } from "./examine";

const options: readonly OptionEntry[] = [
  {
    name: "project",
    short: "p",
    value: "<path>",
    help: "A tsconfig.json or its folder; else the nearest one.",
  },
  { name: "format", value: "<format>", choices: ["text", "json"], help: "text or json." },
  { name: "help", short: "h", help: "Show this." },
];

/** `ts-raii doctor`: whether the plugin is active in a project, and what to change. */
export const doctor: Command = {
  name: "doctor",
  summary: "Says whether the plugin is active in a project, and what to change.",
  details: `It looks at the toolchain, tsconfig.json, package.json and the hosts that are in use. Vite, Vitest, Rollup, Rolldown, Jest, tspc and
what starts by a script of Node or tsx compile a probe; of other hosts the configuration is read. Nothing is written.

Exit code: 0 when nothing is in the way, 1 when there is a problem, 2 when the command line or the configuration is wrong.`,
  options,
  async run({ args, cwd, env, isTerminal, write }) {
    const patient = examine(cwd, findConfig(cwd, args.get("project") as string | undefined));
    const found: readonly Diagnosis[] = [
      ...checkToolchain(patient),
      checkPackage(patient),
      ...(patient.usesCompiler ? [...checkConfig(patient), ...checkScripts(patient)] : []),
      ...(await checkHosts(patient)),
      ...(patient.usesCompiler ? checkProbe(patient) : []),
    ];
    const problems = found.filter(({ status }) => status === "problem").length;
    if (args.get("format") === "json")
      write(`${JSON.stringify({ version: 1, isActive: isActive(found), checks: found }, null, 2)}\n`);
    else write(format(patient, found, terminalOf(env, isTerminal)));
    return problems > 0 ? 1 : 0;
  },
};

/** What the probes say; the rest is about what they cannot see. */
function isActive(found: readonly Diagnosis[]): boolean {
  return found.every(({ id, status }) => !/^(?:probe$|host:)/.test(id) || status !== "problem");
}

const looks = { ok: "green", warning: "yellow", problem: "red" } as const;

function format({ cwd, configPath }: Patient, found: readonly Diagnosis[], terminal: Terminal): string {
  const lines = found.map(({ status, message, advice }) => {
    const first = `${paint(terminal, looks[status], status.padEnd(9))}${message}`;
    return advice === undefined ? first : `${first}\n${" ".repeat(9)}${advice}`;
  });
  const last = [
    `The plugin is ${isActive(found) ? "" : "not "}active.`,
    ...(["problem", "warning"] as const).flatMap((status) => {
      const count = found.filter((each) => each.status === status).length;
      return count > 0 ? [`${counted(count, status)}.`] : [];
    }),
  ].join(" ");
  return `ts-raii doctor: ${relative(cwd, configPath)}\n\n${lines.join("\n")}\n\n${last}\n`;
}
