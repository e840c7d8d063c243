import { spawnSync } from "node:child_process";
import { relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { createTwoFilesPatch } from "diff";
import { type Manifest, manifestsAround } from "../../toolchain/manifest";
import type { Call } from "../command";
import { paint, type Terminal, terminalOf } from "../terminal";
import { UsageError } from "../usage-error";
import { makePlan, type Plan } from "./plan";

/**
 * Sets up the package that the current folder belongs to.
 *
 * @returns the exit code: 0 when it is set up, 1 when something is left to do.
 * @throws {UsageError} where there is no package.json.
 */
export async function runInit(call: Call): Promise<number> {
  const { args, cwd, env, isTerminal, write } = call;
  const [manifest] = manifestsAround(cwd);
  if (manifest === undefined)
    throw new UsageError(
      "There is no package.json that can be read here, nor in a folder around. Make one: npm init -y",
    );
  const terminal = terminalOf(env, isTerminal);
  const plan = makePlan(manifest, args.has("vscode"));
  const changes = plan.files.changes();
  write(describe(plan, manifest, cwd, terminal));
  if (changes.length === 0 && plan.commands.length === 0) {
    if (plan.manual.length > 0) return 1;
    write("All set: nothing is left to change.\n");
    return 0;
  }
  if (args.has("dry-run")) {
    write("Nothing was changed: this is a dry run.\n");
    return 1;
  }
  if (!args.has("yes")) {
    if (!isTerminal || process.stdin.isTTY !== true) {
      write(
        "Nothing was changed: there is no terminal to ask on. Run it with --yes to make these changes.\n",
      );
      return 1;
    }
    if (!(await confirm("Make these changes? [y/N] "))) {
      write("Nothing was changed.\n");
      return 1;
    }
  }
  plan.files.write();
  if (changes.length > 0) write(`Changed ${changes.map(({ path }) => relative(cwd, path)).join(", ")}.\n`);
  const isInstalled = install(plan.commands, manifest, call);
  return isInstalled && plan.manual.length === 0 ? 0 : 1;
}

async function confirm(question: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await asking.question(question)).trim());
  } finally {
    asking.close();
  }
}

/** @returns whether all is installed. */
function install(commands: readonly string[], { folder }: Manifest, { args, write, note }: Call): boolean {
  if (commands.length === 0) return true;
  if (args.has("no-install")) {
    write(`Still to run: ${commands.join(" && ")}\n`);
    return false;
  }
  for (const [index, command] of commands.entries()) {
    write(`${command}\n`);
    // By a shell: on Windows the commands of package managers are scripts. The words are ours.
    const { status } = spawnSync(command, { cwd: folder, stdio: "inherit", shell: true });
    if (status !== 0) {
      note(
        `"${command}" failed. The files are changed. When what stands in its way is gone, run: ${commands.slice(index).join(" && ")}\n`,
      );
      return false;
    }
  }
  return true;
}

function describe(plan: Plan, { folder, path }: Manifest, cwd: string, terminal: Terminal): string {
  const { manager, hosts, manual, notes, commands } = plan;
  const name = (file: string): string => relative(cwd, file) || ".";
  const parts = [
    `ts-raii init: ${name(path)}, ${manager.name === "yarn-1" ? "yarn 1" : manager.name}`,
    hosts.length > 0
      ? `Built or run by: ${hosts.join(", ")}.`
      : "No host was recognized that builds or runs it.",
    ...dirtyNote(folder, terminal),
    ...plan.files.changes().map(({ path: file, before, after }) => {
      const patch = createTwoFilesPatch(
        before === undefined ? "/dev/null" : name(file),
        name(file),
        before ?? "",
        after,
        undefined,
        undefined,
        { context: 3 },
      );
      return paintPatch(
        patch
          .replace(/^Index: .*\n/, "")
          .replace(/^=+\n/, "")
          .trimEnd(),
        terminal,
      );
    }),
    ...(commands.length > 0 ? [`To install:\n${commands.map((each) => `  ${each}`).join("\n")}`] : []),
    ...manual.map(
      ({ title, path: file, reason, lines }) =>
        `${paint(terminal, "yellow", "To write by hand")}: ${title}, ${name(file)}. It was left as it is: ${reason}.\n${lines
          .map((line) => `  ${line}`)
          .join("\n")}`,
    ),
    ...notes.map((each) => `Note: ${each}`),
  ];
  return `${parts.join("\n\n")}\n\n`;
}

function paintPatch(patch: string, terminal: Terminal): string {
  return patch
    .split("\n")
    .map((line) =>
      line.startsWith("+")
        ? paint(terminal, "green", line)
        : line.startsWith("-")
          ? paint(terminal, "red", line)
          : line,
    )
    .join("\n");
}

/** Says so where changes of one's own would be mixed with these. */
function dirtyNote(folder: string, terminal: Terminal): readonly string[] {
  const { status, stdout } = spawnSync("git", ["status", "--porcelain", "--", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0 || stdout.trim() === "") return [];
  const count = stdout.trimEnd().split("\n").length;
  return [
    paint(
      terminal,
      "yellow",
      `The working tree has ${count === 1 ? "a file that is" : `${count} files that are`} not committed. Commit or stash first to tell these changes apart.`,
    ),
  ];
}
