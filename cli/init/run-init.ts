import { spawnSync } from "node:child_process";
import { relative, sep } from "node:path";
import { createInterface } from "node:readline/promises";
import { createTwoFilesPatch } from "diff";
import type { Manifest } from "../../toolchain/manifest";
import type { Call } from "../command";
import { projectManifests } from "../project/deno-manifest";
import { paint, type Terminal, terminalOf } from "../terminal";
import { UsageError } from "../usage-error";
import { makePlans, type Plan } from "./plan";

/**
 * Sets up the package that the current folder belongs to.
 *
 * @returns the exit code: 0 when it is set up, 1 when something is left to do.
 * @throws {UsageError} where there is no package.json, and no deno.json.
 */
export async function runInit(call: Call): Promise<number> {
  const { args, cwd, env, isTerminal, write } = call;
  const [manifest] = projectManifests(cwd);
  if (manifest === undefined)
    throw new UsageError(
      "There is no package.json and no deno.json that can be read here, nor in a folder around. Make one: npm init -y",
    );
  const terminal = terminalOf(env, isTerminal);
  const plans = makePlans(manifest, args.has("vscode"));
  const changes = plans[0]!.files.changes();
  write(describe(plans, manifest, cwd, terminal));
  if (changes.length === 0 && plans.every(({ commands }) => commands.length === 0)) {
    if (isLeftOver(plans)) return 1;
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
  plans[0]!.files.write();
  if (changes.length > 0) write(`Changed ${changes.map(({ path }) => relative(cwd, path)).join(", ")}.\n`);
  const isInstalled = install(plans, call);
  return isInstalled && !isLeftOver(plans) ? 0 : 1;
}

/** Whether something is to be done by hand. */
const isLeftOver = (plans: readonly Plan[]): boolean =>
  plans.some(({ manual, hosts }) => manual.length > 0 || hosts.length === 0);

/** Asks on the terminal. Whoever ends the input, or presses Ctrl+C, has not said yes. */
async function confirm(question: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => asking.once("close", () => resolve("")));
  const answer = await Promise.race([asking.question(question).catch(() => ""), closed]);
  asking.close();
  return /^y(?:es)?$/i.test(answer.trim());
}

/** @returns whether all is installed. */
function install(plans: readonly Plan[], { args, cwd, write, note }: Call): boolean {
  const all = plans.flatMap(({ commands, manifest: { folder } }) =>
    commands.map((command) => ({ command, folder, typed: typedIn(folder, cwd, command) })),
  );
  if (all.length === 0) return true;
  if (args.has("no-install")) {
    write(`Still to run: ${all.map(({ typed }) => typed).join(" && ")}\n`);
    return false;
  }
  for (const [index, { command, folder, typed }] of all.entries()) {
    write(`${typed}\n`);
    // By a shell: on Windows the commands of package managers are scripts. The words are ours.
    const { status } = spawnSync(command, { cwd: folder, stdio: "inherit", shell: true });
    if (status !== 0) {
      const rest = all.slice(index).map((each) => each.typed);
      note(
        `"${typed}" failed. The files are changed. When what stands in its way is gone, run: ${rest.join(" && ")}\n`,
      );
      return false;
    }
  }
  return true;
}

/** A command as one types it where init runs. */
function typedIn(folder: string, cwd: string, command: string): string {
  const path = relative(cwd, folder);
  // That of the package around is run there in any case.
  return path === "" || /^[.\\/]+$/.test(path) ? command : `(cd ${path} && ${command})`;
}

function describe(
  plans: readonly Plan[],
  { folder, path }: Manifest,
  cwd: string,
  terminal: Terminal,
): string {
  const name = (file: string): string => relative(cwd, file) || ".";
  const [{ manager, files }] = plans as readonly [Plan, ...Plan[]];
  const isWorkspace = plans.length > 1 || plans[0]!.manifest.path !== path;
  /** The package that a file belongs to: the nearest around it. */
  const ownerOf = (file: string): Plan =>
    plans
      .filter(({ manifest }) => file.startsWith(`${manifest.folder}${sep}`))
      .sort((a, b) => b.manifest.folder.length - a.manifest.folder.length)[0] ?? plans[0]!;
  const parts = [
    `ts-raii init: ${name(path)}, ${manager.name === "yarn-1" ? "yarn 1" : manager.name}`,
    ...dirtyNote(folder, terminal),
    ...plans.flatMap((plan) => [
      builtBy(plan, isWorkspace ? name(plan.manifest.path) : undefined),
      ...files
        .changes()
        .filter((each) => ownerOf(each.path) === plan)
        .map((each) => paintPatch(patchOf(each, name), terminal)),
      ...(plan.commands.length > 0
        ? [
            `To install:\n${plan.commands.map((each) => `  ${typedIn(plan.manifest.folder, cwd, each)}`).join("\n")}`,
          ]
        : []),
      ...plan.manual.map(
        ({ title, path: file, reason, lines }) =>
          `${paint(terminal, "yellow", "To write by hand")}: ${title}, ${name(file)}. It was left as it is: ${reason}.\n${lines
            .map((line) => `  ${line}`)
            .join("\n")}`,
      ),
    ]),
    ...new Set(plans.flatMap(({ notes }) => notes.map((each) => `Note: ${each}`))),
  ];
  return `${parts.join("\n\n")}\n\n`;
}

function builtBy({ hosts }: Plan, name: string | undefined): string {
  if (hosts.length === 0)
    return "No configuration and no script was found that builds or runs it with a host that ts-raii knows.";
  return `${name === undefined ? "Built or run by" : `${name} is built or run by`}: ${hosts.join(", ")}.`;
}

function patchOf(
  {
    path,
    before,
    after,
  }: { readonly path: string; readonly before: string | undefined; readonly after: string },
  name: (path: string) => string,
): string {
  const old = before === undefined ? "/dev/null" : name(path);
  const patch = createTwoFilesPatch(old, name(path), before ?? "", after, undefined, undefined, {
    context: 3,
  });
  return patch
    .replace(/^Index: .*\n/, "")
    .replace(/^=+\n/, "")
    .trimEnd();
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
