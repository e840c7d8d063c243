#!/usr/bin/env node
import { packageVersion } from "../toolchain/package-version";
import { ToolchainError } from "../toolchain/toolchain-error";
import { check } from "./check/check";
import type { Command } from "./command";
import { doctor } from "./doctor/doctor";
import { init } from "./init/init";
import { migrate } from "./migrate/migrate";
import { describeOptions, parseArguments } from "./parse-arguments";
import { UsageError } from "./usage-error";

const commands: readonly Command[] = [init, check, doctor, migrate];

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === "--version" || name === "-v") return print(packageVersion());
  if (name === undefined || name === "--help" || name === "-h") {
    if (name === undefined) throw new UsageError(`A command is missing.\n\n${help()}`);
    return print(help());
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    const known = [...commands.map((each) => each.name), "--help", "--version"].join(", ");
    throw new UsageError(`"${name}" is not known. Known: ${known}.`);
  }
  const operands: string[] = [];
  const given = parseArguments(args, command.options, command.operands === undefined ? undefined : operands);
  if (given.has("help")) return print(helpOf(command));
  return command.run({
    args: given,
    operands,
    cwd: process.cwd(),
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    write: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
  });
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function help(): string {
  const lines = commands.map(({ name, summary }) => `  ts-raii ${name.padEnd(8)}${summary}`);
  return `Usage: ts-raii <command> [options]

${lines.join("\n")}

ts-raii <command> --help shows the options of a command; ts-raii --version the version.`;
}

function helpOf({ name, summary, details, operands, options }: Command): string {
  return `Usage: ts-raii ${name}${operands === undefined ? "" : ` ${operands}`} [options]

${summary}

${describeOptions(options)}

${details}`;
}

// Whoever reads our output may have seen enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    if (!(error instanceof UsageError || error instanceof ToolchainError)) throw error;
    process.stderr.write(`ts-raii: ${error.message}\n`);
    process.exitCode = 2;
  },
);
