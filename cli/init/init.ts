import type { Command } from "../command";

/** `ts-raii init`: sets a project up. What it needs to read configurations is loaded when it runs. */
export const init: Command = {
  name: "init",
  summary: "Sets a project up: its build, its scripts, tsconfig.json and the packages it needs.",
  details: `It finds out what builds the package in the current folder, shows what it would change, and asks before it changes anything.
A configuration of a shape that it does not know stays as it is: the lines to write are printed. At the root of a workspace it
does so for each member that uses a host.

Exit code: 0 when the project is set up, 1 when something is left to do, 2 when the command line is wrong.`,
  options: [
    { name: "yes", short: "y", help: "Make the changes without asking." },
    { name: "dry-run", help: "Show what would change, and change nothing." },
    { name: "no-install", help: "Change files only; print the commands that install." },
    { name: "vscode", help: "Set up .vscode/settings.json where there is none." },
    { name: "help", short: "h", help: "Show this." },
  ],
  run: async (call) => (await import("./run-init")).runInit(call),
};
